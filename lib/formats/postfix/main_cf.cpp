// Reading main.cf: see main_cf.hpp.
//
//   line  := name "=" value            joined as formats/postfix/lines.hpp says
//   value := text | "$$" | "$name" | "${...}" | "$(...)", inside name ["?" text] [":" text],
//            or {left} operator {right} ["?" {text}] [":" {text}]
#include "formats/postfix/main_cf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "formats/postfix/lines.hpp"

namespace core {
namespace {

using Default = std::pair<std::string_view, std::string_view>;

/// Those that decide who may send where. Names that the host itself tells are in no file: localhost stands for it.
constexpr Default main_cf_defaults[] = {
    {"access_map_defer_code", "450"},
    {"access_map_reject_code", "554"},
    {"allow_percent_hack", "yes"},
    {"append_at_myorigin", "yes"},
    {"append_dot_mydomain", "${{$compatibility_level} <level {1} ? {yes} : {no}}"},
    {"compatibility_level", "0"},
    {"config_directory", "/etc/postfix"},
    {"defer_code", "450"},
    {"inet_interfaces", "all"},
    {"mydestination", "$myhostname, localhost.$mydomain, localhost"},
    {"mydomain", "localdomain"},
    {"myhostname", "localhost.localdomain"},
    {"mynetworks_style", "${{$compatibility_level} <level {2} ? {subnet} : {host}}"},
    {"myorigin", "$myhostname"},
    {"parent_domain_matches_subdomains",
     "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,"
     "smtpd_access_maps"},
    {"plaintext_reject_code", "450"},
    {"reject_code", "554"},
    {"relay_domains", "${{$compatibility_level} <level {2} ? {$mydestination} : {}}"},
    {"relay_domains_reject_code", "554"},
    {"smtpd_delay_reject", "yes"},
    {"smtpd_relay_before_recipient_restrictions", "${{$compatibility_level} <level {3.6} ? {no} : {yes}}"},
    {"smtpd_relay_restrictions",
     "${{$compatibility_level} <level {1} ? {} : {permit_mynetworks, permit_sasl_authenticated, "
     "defer_unauth_destination}}"},
    {"swap_bangpath", "yes"},
    {"unknown_client_reject_code", "450"},
    {"virtual_alias_domains", "$virtual_alias_maps"},
    {"virtual_alias_maps", "$virtual_maps"},
    {"virtual_mailbox_domains", "$virtual_mailbox_maps"},
};

constexpr bool is_name_byte(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

std::string_view taken(std::string_view& rest, std::size_t size) {
  const std::string_view front = rest.substr(0, size);
  rest.remove_prefix(front.size());
  return front;
}

std::string_view taken_name(std::string_view& rest) {
  const auto end = std::find_if_not(rest.begin(), rest.end(), is_name_byte);
  return taken(rest, static_cast<std::size_t>(end - rest.begin()));
}

void skip_blanks(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(postfix_blanks), rest.size()));
}

/// The text between the bracket in front of `rest` and its partner, both removed; none where that is missing.
std::optional<std::string_view> taken_between(std::string_view& rest) {
  const char open = rest.front();
  const char close = open == '{' ? '}' : ')';
  std::size_t depth = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == open) ++depth;
    if (rest[i] != close || --depth > 0) continue;
    const std::string_view inside = rest.substr(1, i - 1);
    rest.remove_prefix(i + 1);
    return inside;
  }
  return std::nullopt;
}

/// "3.6" as one number that grows with it; what is no level counts as 0.
std::uint64_t level_of(std::string_view text) {
  std::uint64_t level = 0;
  for (int part = 0; part < 3; ++part) {
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (text.starts_with('.')) text.remove_prefix(1);
    level = level << 20 | std::min(number, 0xfffffU);
  }
  return level;
}

/// Less than 0, 0 or more: by levels, as numbers where both are such, or as texts.
int compared(const std::string& left, const std::string& right, bool as_levels) {
  const auto is_number = [](const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
  };
  if (!as_levels && !(is_number(left) && is_number(right))) return left.compare(right);
  const std::uint64_t a = level_of(left), b = level_of(right);
  return a < b ? -1 : static_cast<int>(a > b);
}

class Expansion {
 public:
  explicit Expansion(const MainCf& file) : file_(file) {}

  std::string fault;

  std::string expand(std::string_view text) {
    std::string result;
    constexpr int deepest = 100;
    constexpr std::size_t most_names = 20'000, most_bytes = std::size_t{1} << 20;
    if (++depth_ > deepest && fault.empty()) fault = "its names lead back to it";
    while (!text.empty() && fault.empty()) {
      // each of twenty names that stands twice in the next one makes a million
      if (result.size() > most_bytes || ++names_ > most_names)
        return wrong("more in it than is read here: 20,000 names or a million bytes");
      result += taken(text, text.find('$'));
      if (text.empty()) break;
      text.remove_prefix(1);
      if (text.starts_with('$'))
        result += taken(text, 1);
      else
        result += expand_reference(text);
    }
    --depth_;
    return result;
  }

  std::string value_of(std::string_view name) {
    if (const std::string* written = file_.find(name)) return expand(*written);
    const auto* known = std::find_if(std::begin(main_cf_defaults), std::end(main_cf_defaults),
                                     [&](const Default& one) { return one.first == name; });
    if (name == "mydomain") return default_domain();
    return known == std::end(main_cf_defaults) ? std::string() : expand(known->second);
  }

 private:
  /// The host's name without its first label.
  std::string default_domain() {
    const std::string host = value_of("myhostname");
    const std::size_t dot = host.find('.');
    return dot == std::string::npos ? "localdomain" : host.substr(dot + 1);
  }

  /// What stands behind a '$'.
  std::string expand_reference(std::string_view& rest) {
    if (!rest.starts_with('{') && !rest.starts_with('(')) return named(taken_name(rest));
    const auto inside = taken_between(rest);
    if (!inside) return wrong("a '$' with a bracket that has no other end");
    std::string_view text = *inside;
    skip_blanks(text);
    return text.starts_with('{') ? expand_comparison(text) : expand_name(text);
  }

  std::string named(std::string_view name) { return name.empty() ? wrong("a '$' without a name") : value_of(name); }

  std::string expand_name(std::string_view text) {
    const std::string_view name = taken_name(text);
    skip_blanks(text);
    if (text.empty() || name.empty()) return named(name);
    if (text.front() != '?' && text.front() != ':') return wrong("a '${' with something else than a name in it");
    return choose(!value_of(name).empty(), text);
  }

  std::string expand_comparison(std::string_view text) {
    const auto left = taken_between(text);
    skip_blanks(text);
    const std::string_view sign = taken(text, std::min(text.find_first_not_of("<>=!"), text.size()));
    const bool as_levels = text.starts_with("level");
    if (as_levels) text.remove_prefix(5);
    skip_blanks(text);
    const auto right = text.starts_with('{') ? taken_between(text) : std::nullopt;
    skip_blanks(text);
    if (!left || !right || sign.empty()) return wrong("a comparison that is not {...} operator {...}");
    const int order = compared(expand(trimmed(*left)), expand(trimmed(*right)), as_levels);
    const bool holds = sign == "<"    ? order < 0
                       : sign == "<=" ? order <= 0
                       : sign == ">"  ? order > 0
                       : sign == ">=" ? order >= 0
                       : sign == "!=" ? order != 0
                                      : order == 0;
    return text.empty() ? std::string(holds ? "bool:true" : "") : choose(holds, text);
  }

  /// "? text : text", of which either may be missing; without braces a text goes to the end.
  std::string choose(bool holds, std::string_view text) {
    std::string result;
    while (!text.empty() && fault.empty()) {
      const char sign = taken(text, 1).front();
      skip_blanks(text);
      std::optional<std::string_view> chosen = text;
      if (text.starts_with('{'))
        chosen = taken_between(text);
      else
        text = {};
      skip_blanks(text);
      const bool is_understood = chosen && (sign == '?' || sign == ':') && (text.empty() || sign == '?');
      if (!is_understood) return wrong("a '?' or ':' that is not followed by one text");
      if ((sign == '?') == holds) result = expand(*chosen);
    }
    return result;
  }

  std::string wrong(std::string what) {
    if (fault.empty()) fault = "it has " + std::move(what);
    return {};
  }

  std::size_t names_ = 0;
  const MainCf& file_;
  int depth_ = 0;
};

}  // namespace

Span MainCf::define(std::string name, Parameter parameter) {
  const auto [place, is_new] = given_.try_emplace(std::move(name));
  const Span before = place->second.place;
  place->second = std::move(parameter);
  return is_new ? Span() : before;
}

const std::string* MainCf::find(std::string_view name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? nullptr : &found->second.value;
}

MainCfValue MainCf::value(std::string_view name) const {
  Expansion expansion(*this);
  std::string text = expansion.value_of(name);
  if (!expansion.fault.empty()) text.clear();
  return {std::move(text), std::move(expansion.fault)};
}

bool MainCf::is_yes(std::string_view name) const { return in_lower_case(text(name)) == "yes"; }

Span MainCf::place(std::string_view name) const {
  const auto found = given_.find(name);
  if (found != given_.end()) return found->second.place;
  const auto* value = std::find_if(std::begin(main_cf_defaults), std::end(main_cf_defaults),
                                   [&](const Default& one) { return one.first == name; });
  const bool is_other = value != std::end(main_cf_defaults) && value->second.starts_with('$') &&
                        value->second.find_first_of("{, ") == std::string_view::npos;
  return is_other ? place(value->second.substr(1)) : Span();
}

/// A value that cannot be expanded.
static void report_fault(MainCf& file, const std::string& name, Findings& findings) {
  const std::string fault = file.value(name).fault;
  if (fault.empty()) return;
  file.fault = fmt::format("{} cannot be expanded: {}", name, fault);
  findings.add(main_cf::bad_line, file.place(name), fmt::format("{}: Postfix does not start", file.fault))
      .with_help("mend the '$', or write '$$' for one");
}

MainCf read_main_cf(const Source& source, Findings& findings) {
  MainCf file;
  std::set<std::string> names;
  PostfixLineReader reader(source);
  for (PostfixLine line; reader.next(line);) {
    const std::string_view text = trimmed(line.text, postfix_blanks);
    const std::size_t equals = text.find('=');
    const std::string_view name = trimmed(text.substr(0, equals), postfix_blanks);
    if (line.is_stray) {
      findings
          .add(main_cf::bad_line, line.span, "this line begins with a blank and goes on with nothing: Postfix skips it")
          .with_help("delete the blank in front");
    } else if (equals == std::string_view::npos || name.empty() || name.find_first_of(postfix_blanks) != name.npos) {
      findings
          .add(main_cf::bad_line, line.span,
               fmt::format("{} is no 'name = value': Postfix does not start", core::quoted(text)))
          .with_help("write 'name = value', or begin the line with '#'");
      file.fault = "a line of it is no 'name = value'";
    } else {
      names.emplace(name);
      const std::string_view value = trimmed(text.substr(equals + 1), postfix_blanks);
      const Span before = file.define(std::string(name), {std::string(value), line.span});
      if (before != Span())
        findings
            .add(main_cf::defined_twice, before,
                 fmt::format("{} is defined again below, and that counts", core::quoted(name)))
            .with_help("delete one of the two")
            .with_related(line.span, "this counts");
    }
  }
  for (const std::string& name : names) report_fault(file, name, findings);
  return file;
}

std::string_view next_postfix_word(std::string_view& rest) {
  constexpr std::string_view separators = ", \t\r\n";
  rest.remove_prefix(std::min(rest.find_first_not_of(separators), rest.size()));
  std::size_t depth = 0, size = 0;
  for (; size < rest.size(); ++size) {
    if (rest[size] == '{') ++depth;
    if (rest[size] == '}' && depth > 0) --depth;
    if (depth == 0 && separators.find(rest[size]) != std::string_view::npos) break;
  }
  return taken(rest, size);
}

}  // namespace core
