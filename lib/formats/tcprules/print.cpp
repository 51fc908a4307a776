// Rules back to text. Each line says exactly its rule, or there is no line: a rule that the grammar cannot express is
// refused here rather than written as something near it.
#include "formats/tcprules.hpp"

#include "formats/tcprules/ipv6.hpp"
#include "formats/tcprules/tcp6.hpp"
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

/// The one key of a pattern; none when there are more, or none.
std::optional<std::string> only_key(const KeyScheme& scheme, const ClientPattern& pattern, const std::string& info) {
  std::vector<std::string> keys;
  for_each_key(scheme, pattern, info, [&](std::string_view key) { keys.emplace_back(key); });
  return keys.size() == 1 ? std::optional(keys.front()) : std::nullopt;
}

/// The key that the tcprules of ucspi-tcp6 makes of `address`; none where it refuses it, or makes several.
std::optional<std::string> tcp6_key(std::string_view address) {
  Tcp6Address read = read_tcp6_address(address);
  if (read.kind == Tcp6Address::Kind::literal) return std::string(address);
  return read.kind == Tcp6Address::Kind::key && read.forgotten.empty() ? std::optional(read.key) : std::nullopt;
}

bool is_range_of_keys(const ClientPattern& pattern) {
  const auto* raw = std::get_if<RawKey>(&pattern);
  return std::holds_alternative<OctetRange>(pattern) || (raw != nullptr && raw->is_range());
}

/// The address part of a line; none when the dialect has no text for it.
std::optional<std::string> address_text(const KeyScheme& scheme, const ClientPattern& pattern, const std::string& info,
                                        TcprulesDialect dialect) {
  const std::string text = info + format_pattern(pattern);
  if (dialect == TcprulesDialect::classic || dialect == TcprulesDialect::extended || is_range_of_keys(pattern))
    return text;
  const auto key = only_key(scheme, pattern, info);
  if (dialect == TcprulesDialect::ipv6 || !key) return key;
  if (tcp6_key(text) == key) return text;
  return tcp6_key(*key) == key ? key : std::nullopt;
}

bool ends_where_it_should(std::string_view line, std::size_t address_size, TcprulesDialect dialect) {
  if (dialect == TcprulesDialect::ipv6) return find_ipv6_colon(line) == address_size;
  if (dialect == TcprulesDialect::tcp6) return find_tcp6_separator(line) == address_size;
  return line.find(':') == address_size;
}

/// Text that the parser would read as something else than the key it is.
bool is_ambiguous(const ClientPattern& pattern, std::string_view address, TcprulesDialect dialect) {
  if (address.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos) return true;
  if (address.starts_with('#')) return true;
  if (dialect == TcprulesDialect::tcp6 && read_tcp6_address(address).kind == Tcp6Address::Kind::key) return false;
  const bool may_be_range =
      address.find('-') != std::string_view::npos && address.find_first_of("=@") == std::string_view::npos;
  return may_be_range != (is_range_of_keys(pattern) || std::holds_alternative<Range>(pattern));
}

bool is_sayable(const ClientPattern& pattern, TcprulesDialect dialect) {
  if (dialect == TcprulesDialect::extended) return true;
  if (std::holds_alternative<Range>(pattern)) return false;
  if (dialect != TcprulesDialect::classic) return true;  // what has one key
  if (std::holds_alternative<CidrNetwork>(pattern)) return false;
  const auto* prefix = std::get_if<Prefix>(&pattern);
  return prefix == nullptr || is_octet_prefix(*prefix) || prefix->bits == 128;
}

}  // namespace

std::optional<std::string> format_tcprules_rule(const Policy& policy, const Rule& rule, TcprulesDialect dialect) {
  if (rule.daemons() != 0 || rule.exceptions() != 0 || !is_sayable(rule.pattern(), dialect)) return std::nullopt;
  const ClientPattern pattern = rule.pattern();
  const auto& info = policy.info_of(rule);
  const auto address = address_text(*policy.lookup.scheme, pattern, info ? *info + "@" : std::string(), dialect);
  if (!address || is_ambiguous(pattern, *address, dialect)) return std::nullopt;
  std::string line = *address;
  line.append(1, ':').append(access_name(rule.access()));
  if (!ends_where_it_should(line, address->size(), dialect)) return std::nullopt;
  if (!append_edits(line, policy.edits_of(rule))) return std::nullopt;
  return line;
}

std::optional<std::string> print_tcprules(const Policy& policy, TcprulesDialect dialect) {
  const bool extended = dialect == TcprulesDialect::extended;
  Lookup lookup = lookup_of(dialect);
  if (extended) lookup.scheme = policy.lookup.scheme;
  if (policy.lookup != lookup) return std::nullopt;
  std::string text = extended ? "# relayrules: extended\n" : "";
  for (const Rule rule : policy.rules) {
    const auto line = format_tcprules_rule(policy, rule, dialect);
    if (!line) return std::nullopt;
    text.append(*line).append(1, '\n');
  }
  return text;
}

}  // namespace core
