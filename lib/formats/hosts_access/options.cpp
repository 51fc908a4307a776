// Options of hosts_access rules: see options.hpp.
//
//   options := option { ":" option }                    "\:" is a colon inside an option
//   option  := keyword [ blanks ] [ "=" ] [ blanks ] [ value ]     keywords in any case
//   value   := for setenv: name [ blanks text ]         blanks around the text are cut, those inside stay
//
// Compat (libwrap 7.6.q-32; tests/conformance/tcpdmatch_test.cpp, tests/unit/hosts_access_test.cpp): libwrap acts on
// one option after the other and denies the connection at the first that it does not like: a final ':', an unknown
// option, an option behind allow, deny or twist, a value for allow or keepalive, a bad number, "setenv NAME=x"
// (setenv(3) refuses the name). What stands before it has been done. twist hands the connection to a command: to the
// daemon's client that is a denial. So is user or group where the process may not become it. When that is so depends on
// its rights, on the order of the options, and on libwrap: Debian's has the question whether it only tries turned
// round, takes user and group for tcpdmatch, and does nothing in earnest. None of that is known here
// (RuleOption::needs_rights).
#include "formats/hosts_access/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "formats/hosts_access/patterns.hpp"

namespace core {
namespace {

constexpr std::string_view option_blanks = " \t\r\n";
constexpr std::string_view blanks_and_equals = "= \t\r\n";
constexpr const char* colon_of_command = "write '\\:' for a ':' that belongs to the command before it";

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
  return text.substr(std::min(text.find_first_not_of(option_blanks), text.size()));
}

Option split_option(std::string_view field) {
  const std::string_view whole = trimmed(field, option_blanks);
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

enum class Value : std::uint8_t { none, optional, needed };

// ---- options that change no decision ------------------------------------------------------------------------

/// Reads all of `text` as sscanf("%d") would.
std::optional<long> parse_number(std::string_view text) {
  long value = 0;
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool is_umask(std::string_view text) {
  return !text.empty() && text.size() < 10 && text.find_first_not_of("01234567") == std::string_view::npos &&
         text.substr(std::min(text.find_first_not_of('0'), text.size())).size() <= 3;
}

bool is_one_of(std::string_view words, const std::string& wanted) {
  Cursor cursor(words);
  for (std::string_view word = cursor.take_until(" "); !word.empty(); word = cursor.take_until(" ")) {
    if (word == wanted) return true;
    cursor.skip_any(" ");
  }
  return false;
}

bool is_severity(std::string_view text) {
  const std::string lower = in_lower_case(text);
  const std::size_t dot = lower.find('.');
  const std::string level = dot == std::string::npos ? lower : lower.substr(dot + 1);
  return is_one_of("emerg alert crit err warning notice info debug", level) &&
         (dot == std::string::npos ||
          is_one_of(
              "kern user mail daemon auth lpr news uucp cron local0 local1 local2 local3 local4 local5 local6 local7",
              lower.substr(0, dot)));
}

/// How an option is written. `is_good` is asked only about a value that is there.
struct OptionRule {
  std::string_view keyword;
  Value value;
  bool (*is_good)(std::string_view value);
  std::string_view example;
};

bool is_any(std::string_view) { return true; }

const OptionRule* find_option(const std::string& keyword) {
  static const OptionRule rules[] = {
      {"aclexec", Value::needed, is_any, "aclexec /usr/local/bin/check %a"},
      {"banners", Value::needed, is_any, "banners /etc/banners"},
      {"group", Value::needed, is_any, "group mail"},
      {"keepalive", Value::none, is_any, "keepalive"},
      {"linger", Value::needed, [](std::string_view text) { return parse_number(text).value_or(-1) >= 0; }, "linger 5"},
      {"nice", Value::optional, [](std::string_view text) { return parse_number(text).has_value(); }, "nice 5"},
      {"rfc931", Value::optional, [](std::string_view text) { return parse_number(text).value_or(0) > 0; },
       "rfc931 10"},
      {"severity", Value::needed, is_severity, "severity mail.info"},
      {"spawn", Value::needed, is_any, "spawn /bin/logger %d from %a"},
      {"twist", Value::needed, is_any, "twist /bin/echo go away"},
      {"umask", Value::needed, is_umask, "umask 022"},
      {"user", Value::needed, is_any, "user nobody"},
  };
  const auto* found =
      std::find_if(std::begin(rules), std::end(rules), [&](const OptionRule& rule) { return rule.keyword == keyword; });
  return found == std::end(rules) ? nullptr : found;
}

// ---- one option after the other ------------------------------------------------------------------------------

class OptionReader {
 public:
  OptionReader(const LogicalLine& line, std::string_view text, const ParseOptions& options, HostsOptions& result,
               Findings& findings)
      : line_(line), text_(text), options_(options), result_(result), findings_(findings) {}

  bool read_all() {
    std::string_view rest = text_;
    for (bool more = true; more;) {
      const std::string_view field = take_field(rest, more);
      // what stands behind the first mistake has no effect, but its author wants to know of all of them
      good_ = read_option(split_option(field), more) && good_;
    }
    if (!good_ || lacks_account_) result_.access = Access::deny;
    return good_;
  }

 private:
  bool read_option(const Option& option, bool more) {
    const std::string keyword = in_lower_case(option.keyword);
    if (keyword.empty())
      return fail(option.whole.empty() ? text_around(option.whole) : option.whole,
                  "an option is missing behind the ':'; libwrap denies the connection",
                  after_command_ ? colon_of_command : "remove the ':'");
    if (keyword == "allow" || keyword == "deny") return read_verdict(option, keyword, more);
    if (keyword == "setenv") return read_setenv(option);
    if (const OptionRule* rule = find_option(keyword)) {
      after_command_ = after_command_ || keyword == "aclexec" || keyword == "spawn" || keyword == "twist";
      return read_other(option, *rule, more);
    }
    return fail(option.keyword, fmt::format("{} is no option; libwrap denies the connection", quoted(option.keyword)),
                after_command_ ? colon_of_command : "an option is 'allow', 'deny' or 'setenv NAME value'");
  }

  bool read_other(const Option& option, const OptionRule& rule, bool more) {
    const bool has_value = !option.value.empty();
    const bool is_good =
        has_value ? rule.value != Value::none && rule.is_good(option.value) : rule.value != Value::needed;
    if (!is_good)
      return fail(option.whole,
                  fmt::format("{} is no good option; libwrap denies the connection", quoted(option.whole)),
                  fmt::format("write it like '{}'", rule.example));
    if (rule.keyword == "twist" && more)
      return fail(
          option.whole,
          fmt::format("{} must be the last option; libwrap denies the connection", quoted(option.keyword)),
          "the command gets the connection, so that nothing can stand behind it; a ':' of its own is written '\\:'");
    if (!good_) return true;
    if (rule.keyword == "twist") {
      result_.access = Access::deny;
    }
    result_.others.push_back({std::string(rule.keyword), unescaped(option.value), line_.span_of(option.whole)});
    if (rule.keyword == "user" || rule.keyword == "group") note_account(result_.others.back());
    return true;
  }

  /// "user NAME", "user NAME.GROUP", "group GROUP".
  void note_account(const RuleOption& option) {
    if (options_.has_account == nullptr) return;
    const bool is_user = option.keyword == "user";
    const std::size_t dot = is_user ? option.value.find('.') : std::string::npos;
    const std::string group = dot == std::string::npos ? "" : option.value.substr(dot + 1);
    const AccountKind kind = is_user ? AccountKind::user : AccountKind::group;
    if (!options_.has_account(kind, option.value.substr(0, dot)) ||
        (dot != std::string::npos && !options_.has_account(AccountKind::group, group)))
      lacks_account_ = true;
  }

  bool read_verdict(const Option& option, const std::string& keyword, bool more) {
    if (!option.value.empty())
      return fail(option.whole, fmt::format("{} takes no value; libwrap denies the connection", quoted(option.keyword)),
                  fmt::format("write '{}'", keyword));
    if (more)
      return fail(option.whole,
                  fmt::format("{} must be the last option; libwrap denies the connection", quoted(option.keyword)),
                  fmt::format("write '{}' at the end of the rule", keyword));
    if (!good_) return true;
    result_.access = keyword == "deny" ? Access::deny : Access::allow;
    return true;
  }

  bool read_setenv(const Option& option) {
    if (option.value.empty())
      return fail(option.whole,
                  fmt::format("{} needs the name of a variable; libwrap denies the connection", quoted(option.whole)),
                  "write 'setenv NAME' or 'setenv NAME value'");
    const std::size_t end = std::min(option.value.find_first_of(option_blanks), option.value.size());
    const std::string_view name = option.value.substr(0, end);
    if (name.find('=') != std::string_view::npos) return fail_equals(option, name);
    if (name.find('%') != std::string_view::npos) {
      findings_.add(syntax::not_supported, line_.span_of(name),
                    fmt::format("the name {} of a variable is not supported: it is only known when a client calls",
                                quoted(name)));
      return false;
    }
    if (!good_) return true;
    add_edit(name, trimmed_left(option.value.substr(end)));
    return true;
  }

  void add_edit(std::string_view name, std::string_view value) {
    EnvEdit edit;
    edit.assignment = unescaped(name);
    edit.name_size = static_cast<std::uint32_t>(edit.assignment.size());
    edit.assignment += "=" + unescaped(value);
    edit.expands = edit.assignment.find('%') != std::string::npos;
    edit.name_span = relative(name);
    edit.value_span = relative(value);
    result_.edits.push_back(std::move(edit));
  }

  bool fail_equals(const Option& option, std::string_view name) {
    std::string right(option.value);
    right[name.find('=')] = ' ';
    right = "setenv " + std::string(trimmed(right, option_blanks));
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
  const ParseOptions& options_;
  HostsOptions& result_;
  Findings& findings_;
  bool good_ = true;            ///< so far
  bool after_command_ = false;  ///< an option so far has a command, which may have colons of its own
  bool lacks_account_ = false;  ///< an option names one that the host has not
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
  const bool has_percent = edit.assignment.find('%') != std::string::npos;
  if (has_percent != edit.expands || edit.name().find('%') != std::string_view::npos ||
      edit.name().find_first_of(blanks_and_equals) != std::string_view::npos)
    return false;
  return trimmed(edit.value(), option_blanks).size() == edit.value().size();
}

}  // namespace

bool parse_hosts_options(const LogicalLine& line, std::string_view text, const ParseOptions& options,
                         HostsOptions& result, Findings& findings) {
  return OptionReader(line, text, options, result, findings).read_all();
}

std::optional<std::string> format_hosts_options(Access access, const EnvEdits& edits) {
  std::string text;
  for (const EnvEdit& edit : edits) {
    if (!is_sayable(edit)) return std::nullopt;
    text += " : setenv " + escaped(edit.name());
    if (!edit.value().empty()) text += " " + escaped(edit.value());
  }
  // always said: in hosts.deny a rule without it denies, in hosts.allow it allows
  return text + " : " + std::string(access_name(access));
}

}  // namespace core
