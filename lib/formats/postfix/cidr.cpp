// Reading a pattern of a cidr table: see cidr.hpp. Source: Postfix 3.7, cidr_match.c; tests/conformance asks postmap.
#include "formats/postfix/cidr.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/printable.hpp"
#include "formats/postfix/lines.hpp"

namespace core {
namespace {

/// The length that Postfix makes of digits. It keeps eight bits of them: /264 is /8.
unsigned mask_of(std::string_view digits) {
  std::uint64_t number = 0;
  for (const char digit : digits) {
    if (number > INT64_MAX / 10 - 1) return 0xff;
    number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return static_cast<unsigned>(number & 0xff);
}

bool is_number(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// An address and perhaps a mask, taken apart.
struct CidrParts {
  std::string_view address;
  std::optional<std::string_view> mask;
  std::string fault;
};

CidrParts split_at_slash(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {text, std::nullopt, {}};
  return {text.substr(0, slash), text.substr(slash + 1), {}};
}

/// "[addr]/len", "[addr/len]" or both without brackets.
CidrParts split_pattern(std::string_view text) {
  if (!text.starts_with('[')) return split_at_slash(text);
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return {{}, {}, fmt::format("no ']' behind {}", quoted(text))};
  const std::string_view behind = text.substr(end + 1);
  const std::string_view inside = text.substr(1, end - 1);
  if (behind.empty()) return split_at_slash(inside);
  if (behind.front() != '/') return {{}, {}, fmt::format("text behind the ']' of {}", quoted(text))};
  return {inside, behind.substr(1), {}};
}

}  // namespace

ReadCidrPattern read_cidr_pattern(std::string_view text) {
  ReadCidrPattern read;
  while (!text.empty() && (text.front() == '!' || postfix_blanks.find(text.front()) != std::string_view::npos)) {
    if (text.front() == '!') read.pattern.negated = !read.pattern.negated;
    text.remove_prefix(1);
  }
  if (text.empty()) return read.fault = "no address pattern", read;
  const CidrParts parts = split_pattern(text);
  read.fault = parts.fault;
  if (!read.fault.empty()) return read;
  const bool is_ipv6 = parts.address.find(':') != std::string_view::npos;
  const unsigned most = address_bits(is_ipv6 ? Family::ipv6 : Family::ipv4);
  const unsigned bits = parts.mask && is_number(*parts.mask) ? mask_of(*parts.mask) : most;
  const auto address = is_ipv6 ? parse_ipv6(parts.address) : parse_ipv4(parts.address);
  if (parts.mask && !is_number(*parts.mask)) {
    read.fault = fmt::format("the mask in {} is no number", quoted(text));
  } else if (bits > most) {
    read.fault = fmt::format("the mask in {} is longer than {}", quoted(text), most);
  } else if (!address) {
    read.fault = fmt::format("{} is no IPv4 or IPv6 address", quoted(parts.address));
  } else {
    read.pattern.network = make_prefix(*address, bits);
    if (read.pattern.network.base != *address) {
      read.fault = fmt::format("{} has bits set behind its mask", quoted(text));
      read.meant = read.pattern.network;
    }
  }
  return read;
}

std::vector<Range> ranges_of(const CidrPattern& pattern) {
  const Prefix& network = pattern.network;
  if (!pattern.negated) return {range_of(network)};
  const Range all = all_addresses(network.base.family);
  std::vector<Range> rest;
  if (const auto below = predecessor(network.first())) rest.push_back({all.first, *below});
  if (const auto above = successor(network.last())) rest.push_back({*above, all.last});
  return rest;
}

std::vector<Range> narrowed(const std::vector<Range>& ranges, const CidrPattern& pattern) {
  std::vector<Range> left;
  for (const Range& range : ranges)
    for (const Range& wanted : ranges_of(pattern)) {
      const Range common = {std::max(range.first, wanted.first), std::min(range.last, wanted.last)};
      if (range.first.family == wanted.first.family && common.first <= common.last) left.push_back(common);
    }
  return left;
}

}  // namespace core
