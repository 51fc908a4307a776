// Three readers and the forms they are tried with: see recipient_forms.hpp.
//
// qmail-smtpd is followed byte by byte (notqmail, qmail-smtpd.c addrparse and rcpthosts.c; for percenthack qmail-send.c
// rewrite). Postfix and Sendmail are followed in what decides: which of the signs @ % ! they take for routing, at which
// domains, and what they do with quotes. Both go on until no own domain is left at the end, which is why the tricks do
// not work there.
//   Postfix 3.7, trivial-rewrite and reject_unauth_destination, with swap_bangpath, allow_percent_hack and
//   resolve_dequoted_address on and allow_untrusted_routing off, as they are by default
//   Sendmail 8.17, rule sets canonify and ParseRecipient of the shipped configuration, without promiscuous features
#include "analysis/recipient_forms.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"
#include "model/recipient.hpp"

namespace core::analysis {
namespace {

constexpr std::size_t no_place = std::string::npos;

/// The part behind the last "@", in lower case; none without one.
std::optional<std::string> domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == no_place) return std::nullopt;
  return in_lower_case(address.substr(at + 1));
}

ReadRecipient accepted_at(const std::string& address, const std::string& domain, const Surroundings& around) {
  const bool local = domain == around.me || domain == around.default_host || around.ours.accepts(domain);
  return {local ? FormOutcome::local : FormOutcome::outside, address};
}

// ---- qmail-smtpd ----------------------------------------------------------------------------------------------------

bool has_percenthack(const Surroundings& around, const std::string& domain) {
  return std::any_of(around.percenthack.begin(), around.percenthack.end(),
                     [&](const Destination& entry) { return entry.name == domain; });
}

/// qmail-send: at a domain of percenthack, the last "%" before the "@" becomes the new "@", as often as it takes.
std::string rewrite_as_qmail_send(std::string address, const Surroundings& around) {
  while (has_percenthack(around, *domain_of(address))) {
    const std::size_t at = address.rfind('@');
    const std::size_t percent = at == 0 ? no_place : address.rfind('%', at - 1);
    if (percent == no_place) break;
    address.resize(at);
    address[percent] = '@';
  }
  return address;
}

ReadRecipient read_as_qmail(std::string_view path, const Surroundings& around) {
  constexpr std::size_t longest = 899;  // and a NUL
  std::string address = parse_as_qmail(path);
  if (domain_of(address) == "[" + around.literal + "]")
    address = address.substr(0, address.rfind('@') + 1) + around.literal_host;
  if (address.size() > longest) return {FormOutcome::refused, address};
  if (const auto domain = domain_of(address)) {
    const bool listed = around.accepts_all || around.ours.accepts(*domain) || around.foreign.accepts(*domain);
    if (!listed) return {FormOutcome::refused, address};
  } else {
    address += "@" + around.default_host;  // accepted without a look at the list
  }
  address = rewrite_as_qmail_send(std::move(address), around);
  return accepted_at(address, *domain_of(address), around);
}

// ---- what Postfix and Sendmail have in common -----------------------------------------------------------------------

/// The places of `sign` outside quotes, and not behind a backslash.
std::vector<std::size_t> find_unquoted(std::string_view text, char sign) {
  std::vector<std::size_t> places;
  bool quoted_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted_string = !quoted_string;
    } else if (text[i] == sign && !quoted_string) {
      places.push_back(i);
    }
  }
  return places;
}

/// The address between the brackets; none when there is text behind them.
std::optional<std::string> inside_brackets(std::string_view path) {
  if (!path.starts_with('<')) return std::string(path);
  const auto ends = find_unquoted(path, '>');
  if (ends.empty() || ends.front() + 1 != path.size()) return std::nullopt;
  return std::string(path.substr(1, path.size() - 2));
}

/// "user@domain" of a text without an unquoted "@": a bang path turned round, or the last "%" made an "@"; none when
/// there is neither.
std::optional<std::string> route_in(std::string_view text) {
  if (const auto bangs = find_unquoted(text, '!'); !bangs.empty())
    return std::string(text.substr(bangs.front() + 1)) + "@" + std::string(text.substr(0, bangs.front()));
  if (const auto percents = find_unquoted(text, '%'); !percents.empty()) {
    std::string address(text);
    address[percents.back()] = '@';
    return address;
  }
  return std::nullopt;
}

std::string without_source_route(std::string text) {
  const std::size_t colon = text.find(':');
  return text.starts_with('@') && colon != no_place && colon + 1 < text.size() ? text.substr(colon + 1) : text;
}

std::string without_quotes(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') continue;
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

bool is_own(const std::string& domain, const Surroundings& around) {
  return domain == around.me || domain == "[" + around.literal + "]" || around.ours.accepts(domain);
}

/// An address taken apart at its last "@".
struct Parts {
  std::string local;
  std::optional<std::string> domain;  ///< in lower case, without one dot at its end
};

Parts take_apart(const std::string& address) {
  const auto ats = find_unquoted(address, '@');
  if (ats.empty()) return {address, std::nullopt};
  std::string domain = in_lower_case(std::string_view(address).substr(ats.back() + 1));
  if (domain.size() > 1 && domain.ends_with('.') && !domain.ends_with("..")) domain.pop_back();
  return {address.substr(0, ats.back()), std::move(domain)};
}

bool has_route(std::string_view text) { return text.find_first_of("@%!") != no_place; }

/// What is not for the server itself: only what strangers may send to, and without a route behind it.
ReadRecipient read_foreign(const Parts& parts, const std::string& address, const Surroundings& around) {
  const bool routed = has_route(parts.local);
  const bool listed = around.accepts_all || around.foreign.accepts(*parts.domain);
  if (parts.domain->empty() || !listed || routed) return {FormOutcome::refused, address};
  return {FormOutcome::outside, address};
}

// ---- Postfix and Sendmail -------------------------------------------------------------------------------------------

/// Takes own domains off the end until a foreign one is there or nothing is left to route by. `step` says what to go on
/// with for a local part; none when it is a mailbox.
template <typename Step>
ReadRecipient read_until_settled(std::string address, const Surroundings& around, Step&& step) {
  constexpr int most_steps = 100;  // a text of nothing but signs is no address
  for (int i = 0; i < most_steps; ++i) {
    const Parts parts = take_apart(address);
    if (parts.domain && !is_own(*parts.domain, around)) return read_foreign(parts, address, around);
    const std::optional<std::string> next = step(parts.local);
    if (!next) return {FormOutcome::local, parts.local + "@" + parts.domain.value_or(around.me)};
    address = *next;
  }
  return {FormOutcome::refused, address};
}

ReadRecipient read_as_postfix(std::string_view path, const Surroundings& around) {
  const auto inside = inside_brackets(path);
  if (!inside) return {FormOutcome::refused, std::string(path)};
  const auto step = [](const std::string& local) -> std::optional<std::string> {
    if (!find_unquoted(local, '@').empty()) return without_source_route(local);
    if (auto routed = route_in(local)) return routed;
    const std::string plain = without_quotes(local);
    return plain != local && has_route(plain) ? std::optional(plain) : std::nullopt;
  };
  return read_until_settled(without_source_route(*inside), around, step);
}

ReadRecipient read_as_sendmail(std::string_view path, const Surroundings& around) {
  const auto inside = inside_brackets(path);
  if (!inside) return {FormOutcome::refused, std::string(path)};
  const auto step = [](const std::string& local) -> std::optional<std::string> {
    // a sign behind a backslash is a letter, in quotes it is not
    std::string plain = local;
    std::erase(plain, '"');
    if (!find_unquoted(plain, '@').empty()) return without_source_route(plain);
    return route_in(plain);
  };
  return read_until_settled(without_source_route(*inside), around, step);
}

/// The forms, with $O for the outside, $L for a listed domain, $S for the server's name, $I for its address, and $P for
/// the domain above a suffix entry.
struct FormPattern {
  std::string_view name;
  std::string_view path;
};
constexpr FormPattern form_patterns[] = {
    {"plain", "<user@$O>"},
    {"plain, a listed domain", "<user@$L>"},
    {"percent hack at a listed domain", "<user%$O@$L>"},
    {"percent hack at the server's name", "<user%$O@$S>"},
    {"percent hack at the literal", "<user%$O@[$I]>"},
    {"percent hack without a domain", "<user%$O>"},
    {"quoted percent hack", "<\"user%$O\">"},
    {"quoted address", "<\"user@$O\">"},
    {"quoted address at a listed domain", "<\"user@$O\"@$L>"},
    {"quoted address at the literal", "<\"user@$O\"@[$I]>"},
    {"backslash before the first at", "<user\\@$O@$L>"},
    {"double at, a listed domain", "<user@$O@$L>"},
    {"double at, the server's name", "<user@$O@$S>"},
    {"double at, the literal", "<user@$O@[$I]>"},
    {"at the end", "<user@$O@>"},
    {"source route over a listed domain", "<@$L:user@$O>"},
    {"source route over the server's name", "<@$S:user@$O>"},
    {"source route over the literal", "<@[$I]:user@$O>"},
    {"source route over two", "<@$L,@$S:user@$O>"},
    {"bang path", "<$O!user>"},
    {"bang path at a listed domain", "<$O!user@$L>"},
    {"bang path at the server's name", "<$O!user@$S>"},
    {"bang path at the literal", "<$O!user@[$I]>"},
    {"no domain", "<user>"},
    {"the server's literal", "<user@[$I]>"},
    {"a literal of IPv6", "<user@[IPv6:::1]>"},
    {"trailing dot", "<user@$O.>"},
    {"trailing dot, a listed domain", "<user@$L.>"},
    {"a name below a listed domain", "<user@$O.$L>"},
    {"a name that ends as a listed one", "<user@evil$L>"},
    {"text behind the bracket", "<user@$O>@$L"},
    {"the domain above a suffix entry", "<user@$P>"},
    {"a name below a suffix entry", "<user@mail.$P>"},
};

std::string filled_in(std::string_view pattern, const FormNames& names) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '$') {
      path += pattern[i];
      continue;
    }
    switch (pattern[++i]) {
      case 'O': path += names.outside; break;
      case 'L': path += names.listed; break;
      case 'S': path += names.me; break;
      case 'I': path += names.literal; break;
      default: path += names.parent;
    }
  }
  return path;
}

}  // namespace

std::string_view mail_server_name(MailServer reader) {
  switch (reader) {
    case MailServer::qmail_smtpd: return "qmail-smtpd";
    case MailServer::postfix: return "postfix";
    case MailServer::sendmail: break;
  }
  return "sendmail";
}

std::string_view form_outcome_name(FormOutcome outcome) {
  switch (outcome) {
    case FormOutcome::refused: return "refused";
    case FormOutcome::local: return "accepted as local";
    case FormOutcome::outside: break;
  }
  return "accepted for outside";
}

ReadRecipient read_recipient(MailServer reader, std::string_view path, const Surroundings& around) {
  path = path.substr(0, path.find('\0'));
  switch (reader) {
    case MailServer::qmail_smtpd: return read_as_qmail(path, around);
    case MailServer::postfix: return read_as_postfix(path, around);
    case MailServer::sendmail: break;
  }
  return read_as_sendmail(path, around);
}

std::vector<RecipientForm> recipient_forms(const FormNames& names) {
  std::vector<RecipientForm> forms;
  for (const FormPattern& form : form_patterns) {
    if (names.parent.empty() && form.path.find("$P") != no_place) continue;
    forms.push_back({form.name, filled_in(form.path, names)});
  }
  return forms;
}

}  // namespace core::analysis
