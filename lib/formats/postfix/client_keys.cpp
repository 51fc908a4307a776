// Keys as addresses: see client_keys.hpp. Source: Postfix 3.7, smtpd_check.c, check_addr_access.
#include "formats/postfix/client_keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/ascii_case.hpp"

namespace core {
namespace {

constexpr std::size_t group_count = 8;
using Groups = std::vector<unsigned>;

/// Numbers between `separator`s, each as programs write it; none when there is anything else.
std::optional<Groups> split_numbers(std::string_view text, char separator, int base, unsigned most) {
  Groups numbers;
  while (true) {
    const std::string_view word = text.substr(0, text.find(separator));
    unsigned number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, base);
    if (error != std::errc{} || end != word.data() + word.size() || number > most) return std::nullopt;
    if (word.size() > 1 && word.front() == '0') return std::nullopt;
    numbers.push_back(number);
    if (word.size() == text.size()) return numbers;
    text.remove_prefix(word.size() + 1);
  }
}

std::optional<Groups> split_groups(std::string_view text) {
  return text.empty() ? std::optional(Groups()) : split_numbers(text, ':', 16, 0xffff);
}

Address address_of(const Groups& groups) {
  Address address;
  address.family = Family::ipv6;
  for (std::size_t i = 0; i < std::min(groups.size(), group_count); ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
  }
  return address;
}

/// Length of the longest row of zeros.
std::size_t longest_zeros(const Groups& groups) {
  std::size_t longest = 0;
  std::size_t row = 0;
  for (const unsigned group : groups) {
    row = group == 0 ? row + 1 : 0;
    longest = std::max(longest, row);
  }
  return longest;
}

std::size_t zeros_at_end(const Groups& groups) {
  const auto last = std::find_if(groups.rbegin(), groups.rend(), [](unsigned group) { return group != 0; });
  return static_cast<std::size_t>(last - groups.rbegin());
}

AddressKey ipv4_key(std::string_view key) {
  const auto octets = split_numbers(key, '.', 10, 255);
  if (!octets || octets->size() > 4) return {};
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) bits = bits << 8 | (i < octets->size() ? (*octets)[i] : 0);
  return {{make_prefix(Address::from_ipv4(bits), static_cast<unsigned>(8 * octets->size()))}, {}};
}

/// Texts that begin with `key` and go on behind a ':'.
AddressKey by_text(std::string_view key) { return {{}, {std::string(key), std::string(key) + ":*"}}; }

/// "2001:db8", "2001:db8:1:2:3:4:5:6".
AddressKey plain_ipv6_key(std::string_view key) {
  const auto groups = split_groups(key);
  if (!groups || groups->size() > group_count) return {};
  const Prefix prefix = make_prefix(address_of(*groups), static_cast<unsigned>(16 * groups->size()));
  if (groups->size() == group_count)
    return format_address(prefix.base) == key ? AddressKey{{prefix}, {}} : AddressKey();
  // a zero at the end may be the first of "::", and two in a row mostly are "::"
  return longest_zeros(*groups) > 1 || groups->back() == 0 ? by_text(key) : AddressKey{{prefix}, {}};
}

/// True where no client can be: in 0::/16, and in fe80::/16 outside fe80::/64.
bool has_no_client(const Groups& before, std::size_t zeros) {
  return before.empty() || (before.front() == 0xfe80 && before.size() == 1 && zeros < 3);
}

/// Adds the addresses of which "::" stands for `zeros` groups and `behind` is what follows it. False where they are too
/// many ranges.
bool add_ranges(const Groups& before, std::size_t zeros, const Groups& behind, std::vector<ClientPattern>& patterns) {
  const std::size_t given = before.size() + zeros + behind.size();
  // "::" is the first of the longest rows; in front of it alone, six zeros are written with the dots of IPv4
  if (longest_zeros(before) >= zeros || longest_zeros(behind) > zeros || (before.empty() && zeros == 6)) return true;
  const std::size_t row = zeros_at_end(behind) + group_count - given;
  if (row > zeros + 1) return has_no_client(before, zeros);
  Groups groups = before;
  groups.resize(before.size() + zeros);
  groups.insert(groups.end(), behind.begin(), behind.end());
  const Prefix prefix = make_prefix(address_of(groups), static_cast<unsigned>(16 * given));
  // of the address that goes on with zeros alone, that row is the longer one
  if (row > zeros)
    patterns.emplace_back(Range{*successor(prefix.first()), prefix.last()});
  else
    patterns.emplace_back(prefix);
  return true;
}

/// "2001:db8::1": that address, and those whose text goes on behind a ':'.
AddressKey compressed_ipv6_key(std::string_view key, std::size_t colons) {
  const auto before = split_groups(key.substr(0, colons));
  const auto behind = split_groups(key.substr(colons + 2));
  if (!before || !behind || before->size() + behind->size() + 2 > group_count) return {};
  const bool is_cut_at_zero = (!before->empty() && before->back() == 0) || (!behind->empty() && behind->front() == 0);
  if (is_cut_at_zero) return {};  // the "::" would take that zero, too
  if (before->empty() && !behind->empty() && behind->front() == 0xffff) return {};  // such texts have dots
  std::vector<ClientPattern> patterns;
  const std::size_t most = group_count - before->size() - behind->size();
  for (std::size_t zeros = behind->empty() ? most : 2; zeros <= most; ++zeros)
    if (!add_ranges(*before, zeros, *behind, patterns)) return by_text(key);
  return {std::move(patterns), {}};
}

}  // namespace

AddressKey address_key(std::string_view key) {
  if (key.find(':') == std::string_view::npos) {
    const AddressKey ipv4 = ipv4_key(key);
    if (key.find('.') != std::string_view::npos) return ipv4;
    // "10" is asked for 10.1.2.3 and for 10:1::1
    AddressKey both = plain_ipv6_key(key);
    both.patterns.insert(both.patterns.end(), ipv4.patterns.begin(), ipv4.patterns.end());
    return both;
  }
  if (key.find('.') != std::string_view::npos) {  // "::ffff:10.1.2.3", in the one spelling
    const auto address = parse_ipv6(key);
    if (!address || format_address(*address) != key) return {};
    return {{make_prefix(*address, 128)}, {}};
  }
  if (const std::size_t colons = key.find("::"); colons != std::string_view::npos)
    return compressed_ipv6_key(key, colons);
  if (!key.ends_with(':')) return plain_ipv6_key(key);
  // "2001:db8:", cut in the middle of "::"
  const auto groups = split_groups(key.substr(0, key.size() - 1));
  if (!groups || groups->size() + 2 > group_count || (!groups->empty() && groups->back() == 0)) return {};
  return {{}, {std::string(key) + ":*"}};
}

bool could_be_name(std::string_view key) {
  const bool is_numeric = key.find_first_not_of("0123456789.") == std::string_view::npos;
  return !is_numeric && key.find_first_of(":/") == std::string_view::npos;
}

}  // namespace core
