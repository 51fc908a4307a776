// Rules back to text. Each line says exactly its rule, or there is no line: a rule that the grammar cannot express is refused
// here rather than written as something near it.
#include "formats/tcprules.hpp"

#include "model/key.hpp"

namespace core {
namespace {

/// A byte that can quote `value`: not in it, and no blank, which the compiler would cut off at the line's end.
std::optional<char> quote_for(std::string_view value) {
  static constexpr std::string_view preferred = "\"'|/!%+:;~^_#*";
  for (const char quote : preferred)
    if (value.find(quote) == std::string_view::npos) return quote;
  for (char quote = '!'; quote <= '~'; ++quote)
    if (value.find(quote) == std::string_view::npos) return quote;
  return std::nullopt;
}

bool append_edits(std::string& line, const EnvEdits& edits) {
  for (const EnvEdit& edit : edits) {
    const auto quote = quote_for(edit.value());
    if (edit.unset || !quote || edit.assignment.find_first_of(std::string_view("\n\0", 2)) != std::string::npos)
      return false;
    line.append(1, ',').append(edit.name()).append(1, '=').append(1, *quote).append(edit.value()).append(1, *quote);
  }
  return true;
}

/// Text that the parser would read as something else than the key it is.
bool is_ambiguous(const ClientPattern& pattern, std::string_view address) {
  if (address.find_first_of(std::string_view(":\n\0", 3)) != std::string_view::npos) return true;
  if (address.starts_with('#')) return true;
  const bool may_be_range =
      address.find('-') != std::string_view::npos && address.find_first_of("=@") == std::string_view::npos;
  const auto* raw = std::get_if<RawKey>(&pattern);
  const bool is_range = std::holds_alternative<OctetRange>(pattern) || std::holds_alternative<Range>(pattern) ||
                        (raw != nullptr && raw->is_range());
  return may_be_range != is_range;
}

bool is_sayable(const ClientPattern& pattern, TcprulesDialect dialect) {
  if (dialect == TcprulesDialect::extended) return true;
  if (std::holds_alternative<Range>(pattern)) return false;
  const auto* prefix = std::get_if<Prefix>(&pattern);
  return prefix == nullptr || is_octet_prefix(*prefix) || prefix->bits == 128;
}

}  // namespace

std::optional<std::string> format_tcprules_rule(const Policy& policy, const Rule& rule, TcprulesDialect dialect) {
  if (rule.daemons() != 0 || rule.exceptions() != 0 || !is_sayable(rule.pattern(), dialect)) return std::nullopt;
  const auto& info = policy.info_of(rule);
  std::string line = (info ? *info + "@" : std::string()) + format_pattern(rule.pattern());
  if (is_ambiguous(rule.pattern(), line)) return std::nullopt;
  line.append(1, ':').append(access_name(rule.access()));
  if (!append_edits(line, policy.edits_of(rule))) return std::nullopt;
  return line;
}

std::optional<std::string> print_tcprules(const Policy& policy, TcprulesDialect dialect) {
  const bool extended = dialect == TcprulesDialect::extended;
  if (policy.lookup != lookup_of(dialect)) return std::nullopt;
  std::string text = extended ? "# relayrules: extended\n" : "";
  for (const Rule rule : policy.rules) {
    const auto line = format_tcprules_rule(policy, rule, dialect);
    if (!line) return std::nullopt;
    text.append(*line).append(1, '\n');
  }
  return text;
}

}  // namespace core
