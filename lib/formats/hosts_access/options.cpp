// Options of hosts_access rules: see options.hpp.
//
//   options := option { ":" option }                    "\:" is a colon inside an option
//   option  := keyword [ blanks ] [ "=" ] [ blanks ] [ value ]     keywords in any case
//   value   := for setenv: name [ blanks text ]         blanks around the text are cut, those inside stay
//
// Compat (libwrap 7.6.q-32; tests/unit/hosts_access_test.cpp has the rows): a final ':', an unknown option, an option
// behind allow or deny, a value for allow, "setenv NAME=x" (setenv(3) refuses the name): each denies the connection.
#include "formats/hosts_access/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "formats/hosts_access/patterns.hpp"

namespace relayrules {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view blanks_and_equals = "= \t\r\n";

/// An option as it stands in the line, escapes and all.
struct Option {
  std::string_view whole;
  std::string_view keyword;
  std::string_view value;
};

/// Takes the text up to the next ':' that has no '\' in front. `more` tells whether there was one.
std::string_view take_field(std::string_view& rest, bool& more) {
  std::size_t at = 0;
  while (at < rest.size() && rest[at] != ':') at += rest.substr(at).starts_with("\\:") ? 2 : 1;
  const std::string_view field = rest.substr(0, at);
  more = at < rest.size();
  rest.remove_prefix(more ? at + 1 : at);
  return field;
}

std::string_view trimmed_left(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

Option split_option(std::string_view field) {
  const std::string_view whole = trimmed(field, blanks);
  const std::size_t end = std::min(whole.find_first_of(blanks_and_equals), whole.size());
  std::string_view value = trimmed_left(whole.substr(end));
  if (value.starts_with('=')) value = trimmed_left(value.substr(1));
  return {whole, whole.substr(0, end), value};
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (!text.substr(at).starts_with("\\:")) out += text[at];
  return out;
}

bool is_known_elsewhere(const std::string& keyword) {
  static constexpr std::array<std::string_view, 12> words = {"aclexec", "banners", "group",  "keepalive",
                                                             "linger",  "nice",    "rfc931", "severity",
                                                             "spawn",   "twist",   "umask",  "user"};
  return std::find(words.begin(), words.end(), keyword) != words.end();
}

class OptionReader {
 public:
  OptionReader(const LogicalLine& line, std::string_view text, HostsOptions& result, Findings& findings)
      : line_(line), text_(text), result_(result), findings_(findings) {}

  bool read_all() {
    std::string_view rest = text_;
    bool good = true;
    for (bool more = true; more;) {
      const std::string_view field = take_field(rest, more);
      good = read_option(split_option(field), more) && good;
    }
    return good;
  }

 private:
  bool read_option(const Option& option, bool more) {
    const std::string keyword = in_lower_case(option.keyword);
    if (keyword.empty())
      return fail(option.whole.empty() ? text_around(option.whole) : option.whole,
                  "an option is missing behind the ':'; libwrap denies the connection", "remove the ':'");
    if (keyword == "allow" || keyword == "deny") return read_verdict(option, keyword, more);
    if (keyword == "setenv") return read_setenv(option);
    if (is_known_elsewhere(keyword)) {
      findings_.add(syntax::not_supported, line_.span_of(option.keyword),
                    fmt::format("the option {} is not supported: a compiled rule cannot do what it does",
                                quoted(option.keyword)));
      return false;
    }
    return fail(option.keyword, fmt::format("{} is no option; libwrap denies the connection", quoted(option.keyword)),
                "an option is 'allow', 'deny' or 'setenv NAME value'");
  }

  bool read_verdict(const Option& option, const std::string& keyword, bool more) {
    if (!option.value.empty())
      return fail(option.whole, fmt::format("{} takes no value; libwrap denies the connection", quoted(option.keyword)),
                  fmt::format("write '{}'", keyword));
    if (more)
      return fail(option.whole,
                  fmt::format("{} must be the last option; libwrap denies the connection", quoted(option.keyword)),
                  fmt::format("write '{}' at the end of the rule", keyword));
    result_.verdict = keyword == "deny" ? Verdict::deny : Verdict::allow;
    return true;
  }

  bool read_setenv(const Option& option) {
    if (option.value.empty())
      return fail(option.whole,
                  fmt::format("{} needs the name of a variable; libwrap denies the connection", quoted(option.whole)),
                  "write 'setenv NAME' or 'setenv NAME value'");
    const std::size_t percent = option.value.find('%');
    if (percent != std::string_view::npos) {
      const std::string_view place = option.value.substr(percent, 2);
      findings_.add(
          syntax::not_supported, line_.span_of(place),
          fmt::format("the percent expansion {} is not supported: its value is only known when a client calls",
                      quoted(place)));
      return false;
    }
    const std::size_t end = std::min(option.value.find_first_of(blanks), option.value.size());
    const std::string_view name = option.value.substr(0, end);
    if (name.find('=') != std::string_view::npos) return fail_equals(option, name);
    add_edit(name, trimmed_left(option.value.substr(end)));
    return true;
  }

  void add_edit(std::string_view name, std::string_view value) {
    EnvEdit edit;
    edit.assignment = unescaped(name);
    edit.name_size = static_cast<std::uint32_t>(edit.assignment.size());
    edit.assignment += "=" + unescaped(value);
    edit.name_span = relative(name);
    edit.value_span = relative(value);
    result_.edits.push_back(std::move(edit));
  }

  bool fail_equals(const Option& option, std::string_view name) {
    std::string right(option.value);
    right[name.find('=')] = ' ';
    right = "setenv " + std::string(trimmed(right, blanks));
    findings_
        .add(syntax::option_syntax, line_.span_of(option.whole),
             fmt::format("the variable's name {} has a '=' in it; libwrap denies the connection", quoted(name)))
        .with_help(fmt::format("name and value are separated by a blank: '{}'", right))
        .with_fix(line_.span_of(option.whole), right);
    return false;
  }

  bool fail(std::string_view place, std::string message, std::string help) {
    findings_.add(syntax::option_syntax, line_.span_of(place), std::move(message)).with_help(std::move(help));
    return false;
  }

  /// The ':' in front of an empty option, for a finding to point at.
  std::string_view text_around(std::string_view empty) const {
    const std::string_view all = line_.text();
    const std::size_t colon = all.substr(0, static_cast<std::size_t>(empty.data() - all.data())).rfind(':');
    return all.substr(colon, 1);
  }

  [[nodiscard]] Span relative(std::string_view part) const {
    const std::uint32_t start = line_.span_of(text_).begin;
    const Span place = line_.span_of(part);
    return {place.begin - start, place.end - start};
  }

  const LogicalLine& line_;
  std::string_view text_;
  HostsOptions& result_;
  Findings& findings_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':') out += '\\';
    out += c;
  }
  return out;
}

/// True when "setenv NAME VALUE" is read back as this edit.
bool is_sayable(const EnvEdit& edit) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (edit.unset || edit.name().empty() || std::any_of(edit.assignment.begin(), edit.assignment.end(), is_control))
    return false;
  if (edit.assignment.find('%') != std::string::npos ||
      edit.name().find_first_of(blanks_and_equals) != std::string_view::npos)
    return false;
  return trimmed(edit.value(), blanks).size() == edit.value().size();
}

}  // namespace

bool parse_hosts_options(const LogicalLine& line, std::string_view text, HostsOptions& result, Findings& findings) {
  return OptionReader(line, text, result, findings).read_all();
}

std::optional<std::string> format_hosts_options(Verdict verdict, const EnvEdits& edits) {
  std::string text;
  for (const EnvEdit& edit : edits) {
    if (!is_sayable(edit)) return std::nullopt;
    text += " : setenv " + escaped(edit.name());
    if (!edit.value().empty()) text += " " + escaped(edit.value());
  }
  // always said: in hosts.deny a rule without it denies, in hosts.allow it allows
  return text + " : " + std::string(verdict_name(verdict));
}

}  // namespace relayrules
