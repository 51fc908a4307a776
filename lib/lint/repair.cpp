// Writing addresses and numbers for repairs and messages: see repair.hpp.
#include "lint/repair.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/address_count.hpp"
#include "base/cursor.hpp"
#include "model/client_pattern.hpp"

namespace core {
namespace {

OctetRange as_octet_range(const Prefix& prefix) {
  OctetRange range;
  range.count = static_cast<std::uint8_t>(prefix.bits / 8);
  range.varying = static_cast<std::uint8_t>(range.count - 1);
  std::copy_n(prefix.base.bytes.begin(), range.count, range.octets);
  range.low = range.high = range.octets[range.varying];
  range.octets[range.varying] = 0;
  return range;
}

/// True when `next` is `range` but for its running number, which is the following one.
bool continues(const OctetRange& range, const OctetRange& next) {
  return range.count == next.count && std::equal(range.octets, range.octets + 4, next.octets) &&
         range.high + 1 == next.low;
}

std::string format_octet_range(const OctetRange& range) {
  if (range.low != range.high) return format_pattern(range);
  Prefix prefix{{}, static_cast<std::uint8_t>(range.count * 8)};
  std::copy_n(range.octets, range.count, prefix.base.bytes.begin());
  prefix.base.bytes[range.varying] = range.low;
  return format_pattern(prefix);
}

}  // namespace

std::optional<Prefix> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  std::string address(text.substr(0, slash));
  while (address.ends_with('.')) address.pop_back();
  while (std::count(address.begin(), address.end(), '.') < 3) address += ".0";
  const std::string_view length = text.substr(slash + 1);
  if (const auto mask = parse_ipv4(length)) {
    const auto base = parse_ipv4(address);
    const auto bits = mask_length(*mask);
    return base && bits ? std::optional(make_prefix(*base, *bits)) : std::nullopt;
  }
  const auto prefix = parse_prefix(address + "/" + std::string(length));
  return prefix && prefix->base.family == Family::ipv4 ? prefix : std::nullopt;
}

std::vector<std::string> octet_addresses(const Range& range) {
  std::vector<OctetRange> parts;
  for (const Prefix& prefix : prefixes_of(range, 8)) {
    if (prefix.bits == 0) return {"0-255."};
    const OctetRange next = as_octet_range(prefix);
    if (!parts.empty() && continues(parts.back(), next))
      parts.back().high = next.high;
    else
      parts.push_back(next);
  }
  std::vector<std::string> texts;
  for (const OctetRange& part : parts) texts.push_back(format_octet_range(part));
  return texts;
}

std::string list_quoted(const std::vector<std::string>& texts, std::size_t max) {
  std::string list;
  const std::size_t shown = std::min(texts.size(), max);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) list += i + 1 == texts.size() ? " and " : ", ";
    list += "'" + texts[i] + "'";
  }
  if (shown < texts.size()) list += fmt::format(" and {} more", texts.size() - shown);
  return list;
}

void fix_address(Finding& finding, const PolicyFacts& facts, const Rule& rule,
                 const std::vector<std::string>& addresses) {
  if (addresses.size() == 1) {
    finding.with_fix(rule.pattern_span(), addresses.front());
    return;
  }
  const std::string_view tail = facts.sources.text({rule.pattern_span().end, rule.span().end});
  std::string lines;
  for (const std::string& address : addresses) lines += (lines.empty() ? "" : "\n") + address + std::string(tail);
  finding.with_fix({rule.pattern_span().begin, rule.span().end}, lines);
}

std::string with_commas(std::uint64_t number) { return AddressCount(number).text_with_commas(); }

std::string plural(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", with_commas(count), one, count == 1 ? "" : "s");
}

}  // namespace core
