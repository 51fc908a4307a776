// How Sendmail reads addresses: see recipient.hpp. Addresses are tokens, and the steps are the rule sets canonify,
// Canonify2, Parse0 and ParseRecipient of sendmail.cf, rule by rule. Source: sendmail 8.17.1.9, cf/m4/proto.m4.
//
// What DNS could change is left out: a name without a dot stays as it is.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/ascii_case.hpp"
#include "model/access_map.hpp"
#include "model/recipient.hpp"

namespace core {
namespace {

using MailTokens = std::vector<std::string>;

constexpr std::string_view operators = ".:%@!^/[]+()<>,;";

/// Text as prescan() cuts it: operators, quoted strings with their quotes, and words. Blanks and comments part words.
MailTokens mail_tokens_of(std::string_view text) {
  MailTokens tokens;
  bool in_word = false;
  unsigned comments = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(') ++comments;
    const bool is_left_out = comments > 0 || c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (c == ')' && comments > 0) --comments;
    if (is_left_out) {
      in_word = false;
      continue;
    }
    const std::size_t begin = i;
    if (c == '"') {
      while (++i < text.size() && text[i] != '"')
        if (text[i] == '\\') ++i;
    } else if (c == '\\') {
      ++i;
    }
    const std::string piece(text.substr(begin, i + 1 - begin));
    const bool is_apart = c == '"' || operators.find(c) != std::string_view::npos;
    if (in_word && !is_apart)
      tokens.back() += piece;
    else
      tokens.push_back(piece);
    in_word = !is_apart;
  }
  return tokens;
}

std::string joined(const MailTokens& tokens) {
  std::string text;
  for (const std::string& token : tokens) text += token;
  return text;
}

MailTokens part(const MailTokens& tokens, std::size_t begin, std::size_t end) {
  return {tokens.begin() + static_cast<std::ptrdiff_t>(begin), tokens.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::size_t find(const MailTokens& tokens, std::string_view wanted, std::size_t from = 0) {
  for (std::size_t i = from; i < tokens.size(); ++i)
    if (tokens[i] == wanted) return i;
  return tokens.size();
}

std::size_t find_last(const MailTokens& tokens, std::string_view wanted) {
  for (std::size_t i = tokens.size(); i-- > 0;)
    if (tokens[i] == wanted) return i;
  return tokens.size();
}

/// A quoted string without its quotes; none where the map "dequote" leaves it as it is.
std::optional<std::string> dequoted(std::string_view token) {
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') return std::nullopt;
  std::string text;
  int angles = 0;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    const char c = token[i];
    if (c == ' ' || c == '\t' || c == '(' || c == ')') return std::nullopt;
    if (c == '<') ++angles;
    if (c == '>' && angles-- <= 0) return std::nullopt;
    text += c;
    if (c != '\\') continue;
    if (i + 2 >= token.size()) return std::nullopt;
    text += token[++i];
  }
  return angles == 0 ? std::optional(text) : std::nullopt;
}

bool is_localhost_name(std::string_view domain, std::string_view host) {
  const bool has_domain = host.find('.') != std::string_view::npos;
  return domain == "localhost" || domain == "localhost.uucp" ||
         (has_domain && domain == "localhost" + std::string(host.substr(host.find('.'))));
}

/// True when check_mail takes the sender `path` for one at the server itself. It looks at the text alone.
bool is_at_localhost(std::string_view path, std::string_view host) {
  if (path.ends_with('>')) path.remove_suffix(1);
  const std::size_t at = path.rfind('@');
  const std::string domain = in_lower_case(path.substr(at == std::string_view::npos ? path.size() : at + 1));
  constexpr std::string_view literals[] = {"[127.0.0.1]", "[ipv6:0:0:0:0:0:0:0:1]", "[ipv6:::1]"};
  return is_localhost_name(domain, host) ||
         std::find(std::begin(literals), std::end(literals), domain) != std::end(literals);
}

/// An address with its focus on the domain: local < @ domain >.
struct Focused {
  MailTokens local;
  std::optional<MailTokens> domain;
};

class Reader {
 public:
  explicit Reader(const Site& site) : site_(site) {}

  ReadAddress read(std::string_view path, bool is_recipient) {
    MailTokens tokens = mail_tokens_of(path.substr(0, path.find('\0')));
    if (tokens.empty() || tokens.front() != "<") tokens.insert(tokens.begin(), "<"), tokens.emplace_back(">");
    if (!is_balanced(tokens)) return refused("553 5.0.0 $P... Unbalanced '<' or '>'");
    if (is_empty_list(tokens)) return refused("553 5.1.3 $P... List:; syntax illegal for recipient addresses");
    Focused address = canonical(std::move(tokens));
    if (is_recipient && !error_) strip_relayed(address);
    if (error_) return refused(*error_);
    ReadAddress read;
    read.address.local = in_lower_case(joined(address.local));
    const auto is_remote = [&](const std::string& token) {
      return (token == "!" && site_.sendmail.bang_is_remote) || (token == "%" && site_.sendmail.percent_is_remote);
    };
    // nobody at a domain is no recipient there, whatever the domain
    read.is_routed =
        std::any_of(address.local.begin(), address.local.end(), is_remote) || (address.local.empty() && address.domain);
    if (address.domain) read.address.domain = in_lower_case(joined(*address.domain));
    return read;
  }

 private:
  static ReadAddress refused(std::string reply) { return {{}, Access::deny, std::move(reply)}; }

  /// "<list:;>", or "<@>", which is how Sendmail writes that there was nothing.
  static bool is_empty_list(const MailTokens& tokens) {
    const std::size_t end = find(tokens, ">");
    if (tokens.size() == 3 && tokens[1] == "@") return true;
    return end > 2 && end < tokens.size() && tokens[end - 1] == ";" && tokens[end - 2] == ":";
  }

  static bool is_balanced(const MailTokens& tokens) {
    int depth = 0;
    for (const std::string& token : tokens) {
      if (token == "<") ++depth;
      if (token == ">" && --depth < 0) return false;
    }
    return depth == 0;
  }

  Focused fail(std::string_view reply) {
    if (!error_) error_ = std::string(reply);
    return {};
  }

  [[nodiscard]] bool is_own(const MailTokens& domain) const {
    return site_.destinations.size() > 1 && site_.destinations[1].accepts(in_lower_case(joined(domain)));
  }

  /// Some token that makes what stands in front of it, or behind, another host: class O.
  [[nodiscard]] bool is_forwarding(const std::string& token) const {
    return token == "@" || (token == "%" && site_.sendmail.percent_is_special) ||
           (token == "!" && site_.sendmail.bang_is_special);
  }
  [[nodiscard]] bool is_forwarding(const MailTokens& tokens) const {
    return std::any_of(tokens.begin(), tokens.end(), [&](const std::string& token) { return is_forwarding(token); });
  }

  /// "CanonAddr": canonify, then Parse0, over and over while the domain is one of our own.
  Focused canonical(MailTokens tokens) {
    for (;;) {
      Focused address = canonified(std::move(tokens));
      if (check(address); error_) return {};
      if (address.domain && !is_own(*address.domain)) return address;
      const bool is_quoted = dequote(address);
      if (address.local.empty()) return fail("553 5.1.3 $P... User address required");
      if (!(address.domain || is_quoted) || !is_forwarding(address.local)) return address;
      tokens = std::move(address.local);
    }
  }

  /// Takes the quotes from a local part that is one quoted string; false when it is none.
  static bool dequote(Focused& address) {
    const auto text = address.local.size() == 1 ? dequoted(address.local.front()) : std::nullopt;
    if (text) address.local = mail_tokens_of(*text);
    return text.has_value();
  }

  /// Ruleset canonify: the innermost brackets, without a source route and without group syntax, and what its domain is.
  Focused canonified(MailTokens tokens) {
    strip_group(tokens);
    strip_brackets(tokens);
    strip_routes(tokens);
    return with_domain(focused(std::move(tokens)));
  }

  static void strip_group(MailTokens& tokens) {
    const bool has_brackets = find(tokens, "<") != tokens.size();
    const std::size_t colon = find(tokens, ":");
    const bool is_kept = has_brackets || tokens.empty() || tokens.front() == "@" || colon == tokens.size() ||
                         (colon + 1 < tokens.size() && tokens[colon + 1] == ":") ||
                         (colon > 1 && tokens[colon - 2] == "[");
    if (!is_kept) tokens = part(tokens, colon + 1, tokens.size());
    while (!tokens.empty() && tokens.back() == ";") tokens.pop_back();
  }

  static void strip_brackets(MailTokens& tokens) {
    const std::size_t open = find_last(tokens, "<");
    if (open == tokens.size()) return;
    tokens = part(tokens, open + 1, find(tokens, ">", open));
    while (!tokens.empty() && tokens.back() == ";") tokens.pop_back();
  }

  /// "@a,@b:user@c" is user@c.
  static void strip_routes(MailTokens& tokens) {
    const auto strip = [&](std::string_view separator, std::size_t from) {
      const std::size_t end = find(tokens, separator, from);
      if (end + 1 >= tokens.size()) return false;
      tokens = part(tokens, end + 1, tokens.size());
      return true;
    };
    const auto is_route = [&] { return !tokens.empty() && tokens.front() == "@"; };
    while (is_route() && strip(",", 2)) {
    }
    while (is_route() && tokens.size() > 2 && tokens[1] == "[") {
      const std::size_t close = find(tokens, "]", 2);
      if (close + 2 >= tokens.size() || tokens[close + 1] != ":") break;
      tokens = part(tokens, close + 2, tokens.size());
    }
    while (is_route() && strip(":", 2)) {
    }
  }

  [[nodiscard]] Focused focused(MailTokens tokens) const {
    for (std::size_t at = tokens.size(); at-- > 1;)
      if (tokens[at] == "@" && at + 1 < tokens.size())
        return {part(tokens, 0, at), part(tokens, at + 1, tokens.size())};
    if (find(tokens, "@") == tokens.size())
      if (auto by_bang = focused_by_bang(tokens)) return *by_bang;
    std::size_t at = find_last(tokens, "%");
    if (!site_.sendmail.percent_is_special || find(tokens, "@") != tokens.size()) at = find(tokens, "@");
    if (at == tokens.size()) return {std::move(tokens), std::nullopt};
    return {part(tokens, 0, at), part(tokens, at + 1, tokens.size())};
  }

  /// "host!user" is user@host.UUCP, and "host.domain!user" is user@host.domain.
  [[nodiscard]] std::optional<Focused> focused_by_bang(const MailTokens& tokens) const {
    if (!site_.sendmail.bang_is_special) return std::nullopt;
    const std::size_t size = tokens.size();
    const auto uucp = [&](std::size_t bang) {
      MailTokens domain = part(tokens, 0, bang);
      domain.insert(domain.end(), {".", "UUCP"});
      return Focused{part(tokens, bang + 1, size), std::move(domain)};
    };
    if (size > 2 && tokens[1] == "!") return uucp(1);
    for (std::size_t i = 1; i + 3 < size; ++i)
      if (tokens[i] == "." && tokens[i + 2] == "!") return Focused{part(tokens, i + 3, size), part(tokens, 0, i + 2)};
    const std::size_t bang = find(tokens, "!", 1);
    return bang + 1 < size ? std::optional(uucp(bang)) : std::nullopt;
  }

  /// Ruleset Canonify2: "localhost" and our own literals are our name; final dots do not count.
  [[nodiscard]] Focused with_domain(Focused address) const {
    if (!address.domain || address.domain->empty()) return address;
    MailTokens& domain = *address.domain;
    const std::string text = in_lower_case(joined(domain));
    const bool is_literal = domain.front() == "[" && domain.back() == "]";
    const std::string& host = site_.sendmail.host;
    const bool is_us = is_localhost_name(text, host) || (is_literal && is_own(domain));
    if (is_us && !host.empty()) domain = mail_tokens_of(host);
    if (domain.front() == "[") return address;
    while (domain.size() > 1 && domain.back() == ".") domain.pop_back();
    return address;
  }

  /// What Parse0 refuses.
  void check(const Focused& address) {
    if (!address.domain) return check_comma(address.local);
    const MailTokens& domain = *address.domain;
    if (address.local.empty() && domain.empty()) return void(fail("553 5.1.3 $P... User address required"));
    if (address.local.empty()) return void(fail("553 5.1.3 $P... User address required"));
    if (domain.empty()) return void(fail("553 5.1.3 $P... Hostname required"));
    check_host(domain);
    if (domain.back() == "@") fail("553 5.1.2 $P... Invalid route address");
    if (find(address.local, "@") != address.local.size()) fail("553 5.1.3 $P... Invalid route address");
    check_comma(address.local);
    check_comma(domain);
  }

  void check_host(const MailTokens& domain) {
    const std::size_t close = domain.front() == "[" ? find(domain, "]") : domain.size();
    const bool is_list = close + 2 < domain.size() && (domain[close + 1] == ":" || domain[close + 1] == ",");
    if (is_list) return;
    if (close + 1 < domain.size()) fail("553 5.1.2 $P... Invalid address");
    if (close == domain.size() && find(domain, ":") != domain.size())
      fail("553 5.1.3 $P... Colon illegal in host name part");
    bool is_bad = domain.front() == ".";
    for (std::size_t i = 1; i < domain.size(); ++i) is_bad |= domain[i] == "." && domain[i - 1] == ".";
    if (is_bad) fail("553 5.1.2 $P... Invalid host name");
  }

  void check_comma(const MailTokens& tokens) {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
      if (tokens[i] == "," && !is_forwarding(tokens[i + 1])) fail("553 5.1.3 $P... Invalid route address");
  }

  [[nodiscard]] bool is_relayed_to(const MailTokens& domain) const {
    const std::string text = in_lower_case(joined(domain));
    if (!site_.destinations.empty() && site_.destinations[0].accepts(text)) return true;
    if (!site_.sendmail.relayed_to) return false;
    const AddressTable& table = site_.addresses[*site_.sendmail.relayed_to];
    const AddressRule* rule = table.find({{}, text});
    return rule != nullptr && table.outcome_of(*rule).relay == Relay::grant;
  }

  /// Ruleset ParseRecipient: user%other at a domain that is relayed to is an address at the other.
  void strip_relayed(Focused& address) {
    while (site_.sendmail.strips_relayed && address.domain) {
      dequote(address);
      if (!is_forwarding(address.local) || !is_relayed_to(*address.domain)) return;
      address = canonical(std::move(address.local));
      if (error_) return;
    }
  }

  const Site& site_;
  std::optional<std::string> error_;
};

/// How replies call `path`: without its brackets, which they have themselves.
std::string_view without_brackets(std::string_view path) {
  const bool has_brackets = path.starts_with('<') && path.ends_with('>');
  return has_brackets ? path.substr(1, path.size() - 2) : path;
}

/// With `sign`, that of the sender or of the recipient, for "$P" in the reply.
ReadAddress shown_as(ReadAddress read, std::string_view path, std::string_view sign) {
  const std::size_t at = read.reply.find("$P");
  if (at != std::string::npos) read.reply.replace(at, 2, sign);
  read.shown = without_brackets(path);
  return read;
}

}  // namespace

ReadAddress read_sendmail_recipient(const Site& site, std::string_view path) {
  path = path.substr(0, path.find('\0'));
  return path.empty() || path == "<>" ? ReadAddress{{}, Access::deny, "553 5.0.0 <>... User address required"}
                                      : shown_as(Reader(site).read(path, true), path, "<$R>");
}

ReadAddress read_sendmail_sender(const Site& site, std::string_view path) {
  path = path.substr(0, path.find('\0'));
  if (path.empty() || path == "<>") return {};
  ReadAddress read = shown_as(Reader(site).read(path, false), path, "<$S>");
  read.is_localhost = is_at_localhost(path, site.sendmail.host);
  return read;
}

}  // namespace core
