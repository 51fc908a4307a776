// The dialect of ucspi-tcp6: see tcp6.hpp. Its compiler reads an address as far as it can and forgets the rest, so that
// nearly everything compiles, to whatever key: what it is for is said by the forms below, in the order in which it asks
// for them.
#include "formats/tcprules/tcp6.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "model/key_scheme.hpp"

namespace core {
namespace {

using Kind = Tcp6Address::Kind;

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/// A number of decimal digits at the front of `text`, wrapping at 2^64; none without a digit.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  if (text.empty() || !is_decimal(text.front())) return std::nullopt;
  std::uint64_t number = 0;
  for (; !text.empty() && is_decimal(text.front()); text.remove_prefix(1))
    number = number * 10 + static_cast<std::uint64_t>(text.front() - '0');
  return number;
}

/// Up to four numbers with dots between them, each cut to eight bits; those that are missing are zero. True when all
/// four are there.
bool take_octets(std::string_view& text, std::uint8_t* octets) {
  std::fill_n(octets, 4, std::uint8_t{0});
  for (unsigned i = 0; i < 4; ++i) {
    if (i != 0) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
    const auto number = take_number(text);
    if (!number) return false;
    octets[i] = static_cast<std::uint8_t>(*number);
  }
  return true;
}

/// A group of hexadecimal digits, of which the last four count.
std::optional<unsigned> take_group(std::string_view& text) {
  const std::size_t size = std::min(text.find_first_not_of("0123456789abcdefABCDEF"), text.size());
  if (size == 0) return std::nullopt;
  unsigned group = 0;
  for (const char c : text.substr(0, size))
    group = (group << 4 | static_cast<unsigned>(is_decimal(c) ? c - '0' : (c | 0x20) - 'a' + 10)) & 0xffffU;
  text.remove_prefix(size);
  return group;
}

/// Reads an IPv6 address from the front of `text`, bytes behind each other.
class AddressScanner {
 public:
  explicit AddressScanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::optional<Address> scan() {
    Address address;
    address.family = Family::ipv6;
    std::string_view dotted = rest_;
    if (take_octets(dotted, address.bytes.data() + 12)) {  // an IPv4 address, as one of IPv6
      rest_ = dotted;
      address.bytes[10] = address.bytes[11] = 0xff;
      return address;
    }
    address.bytes = {};
    if (!scan_front(address)) return std::nullopt;
    if (!is_compressed_) return address;
    scan_back();
    std::copy_n(back_.begin(), back_size_, address.bytes.end() - back_size_);
    return address;
  }
  /// What stands behind the address.
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  /// Up to "::", or all of it.
  bool scan_front(Address& address) {
    while (front_size_ < 16) {
      if (rest_.starts_with("::")) {
        rest_.remove_prefix(2);
        return is_compressed_ = true;
      }
      if (rest_.starts_with(':')) rest_.remove_prefix(1);
      std::string_view dotted = rest_;
      const auto group = take_group(rest_);
      if (!group) return false;
      if (front_size_ == 12 && rest_.starts_with('.')) {
        if (!take_octets(dotted, address.bytes.data() + 12)) return false;
        rest_ = dotted;
        return true;
      }
      address.bytes[front_size_++] = static_cast<std::uint8_t>(*group >> 8);
      address.bytes[front_size_++] = static_cast<std::uint8_t>(*group & 0xff);
    }
    return true;
  }

  /// What stands behind "::".
  void scan_back() {
    while (front_size_ + back_size_ < 16) {
      if (back_size_ != 0 && !rest_.starts_with(':')) return;
      std::string_view next = rest_.substr(back_size_ != 0 ? 1 : 0);
      std::string_view dotted = next;
      const auto group = take_group(next);
      if (!group) return;
      if (front_size_ + back_size_ <= 12 && next.starts_with('.')) {
        if (take_octets(dotted, back_.data() + back_size_)) {
          back_size_ += 4;
          rest_ = dotted;
          return;
        }
        front_size_ = 12 - back_size_;  // as the original does, so that two more groups fit
      }
      back_[back_size_++] = static_cast<std::uint8_t>(*group >> 8);
      back_[back_size_++] = static_cast<std::uint8_t>(*group & 0xff);
      rest_ = next;
    }
  }

  std::string_view rest_;
  std::size_t front_size_ = 0;
  std::array<std::uint8_t, 16> back_{};
  std::size_t back_size_ = 0;
  bool is_compressed_ = false;
};

/// The key of a network. The scheme has none for a single bit; the compiler has, and nobody asks for it.
std::string network_key(const Address& address, unsigned bits) {
  Keys keys;
  (void)ucspi_tcp6_keys.add_cidr_key({address, static_cast<std::uint8_t>(address_bits(address.family))}, keys);
  return keys.front().substr(0, bits + 1);
}

Tcp6Address read_network(std::string_view text, std::string_view length, bool is_ipv6) {
  const std::uint64_t bits = take_number(length).value_or(0);
  if (!length.empty() || bits == 0 || bits > (is_ipv6 ? 128 : 32)) return {Kind::bad_length};
  if (is_ipv6) {
    AddressScanner scanner(text);
    const auto address = scanner.scan();
    if (!address) return {Kind::bad_network};
    return {Kind::key, network_key(*address, static_cast<unsigned>(bits)), scanner.rest()};
  }
  if (text.empty() || !is_decimal(text.front())) return {Kind::unclear_network};
  Address address;
  (void)take_octets(text, address.bytes.data());  // "10/8" and "10./8" are networks, too
  return {Kind::key, network_key(address, static_cast<unsigned>(bits)), text};
}

Tcp6Address read_ipv6(std::string_view info, std::string_view text) {
  AddressScanner scanner(text);
  const auto address = scanner.scan();
  if (!address) return {Kind::bad_address};
  return {Kind::key, std::string(info) + ucspi_tcp6_keys.address_text(*address), scanner.rest()};
}

}  // namespace

std::size_t find_tcp6_separator(std::string_view line) {
  const std::size_t comma = line.find(',');
  const std::size_t colon = line.substr(0, comma).rfind(':');
  return colon == std::string_view::npos ? comma : colon;
}

Tcp6Address read_tcp6_address(std::string_view text) {
  if (text.find('=') != std::string_view::npos) return {};
  const bool is_ipv6 = text.find(':') != std::string_view::npos;
  const std::size_t slash = text.find('/');
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    if (!is_ipv6 || slash != std::string_view::npos) return {};
    return read_ipv6(text.substr(0, at + 1), text.substr(at + 1));
  }
  if (slash != std::string_view::npos) return read_network(text.substr(0, slash), text.substr(slash + 1), is_ipv6);
  if (is_ipv6) return read_ipv6({}, text);
  return {text.find('-') == std::string_view::npos ? Kind::literal : Kind::range};
}

void report_tcp6_address(const Source& source, std::string_view address, Kind kind, Findings& findings) {
  const bool is_ipv6 = address.find(':') != std::string_view::npos;
  auto& finding = findings.add(syntax::bad_pattern, source.span_of(address), "");
  finding.help = "for instance '192.168.0.0/22' or '2001:db8::/32'";
  if (kind == Kind::bad_length) {
    finding.message = fmt::format("{} has no prefix length from 1 to {} behind its '/', and the line is refused",
                                  quoted(address), is_ipv6 ? 128 : 32);
  } else if (kind == Kind::bad_network) {
    finding.message = fmt::format("{} is no IPv6 network, and the line is refused", quoted(address));
  } else if (kind == Kind::unclear_network) {
    finding.message = fmt::format("{} has no IPv4 address in front of its '/', and nobody knows what it compiles to",
                                  quoted(address));
  } else {
    finding.message = fmt::format("{} is no IPv6 address, and the line is refused", quoted(address));
    finding.help = "write an address with its last group, as '2001:db8::1', or a network: '2001:db8::/32'";
    if (address.starts_with('[') && address.ends_with(']') && parse_ipv6(address.substr(1, address.size() - 2)))
      finding.help = fmt::format("write '{}', without brackets", address.substr(1, address.size() - 2));
    if (address.ends_with(':') && parse_ipv6(std::string(address) + ":"))
      finding.help = fmt::format(
          "'{0}:/{1}' is the network, '{0}:' the one address; the last ':' of the line is "
          "the one before the verdict",
          address, 16 * std::count(address.begin(), address.end(), ':'));
  }
}

void report_forgotten(const Source& source, std::string_view address, const Tcp6Address& read, Findings& findings) {
  const bool is_zone = read.forgotten.starts_with('%');
  auto& finding = findings.add(is_zone ? syntax::zone_id : syntax::bad_pattern, source.span_of(address), "");
  finding.severity = Severity::warning;
  finding.message = fmt::format("of {} the compiler drops {}, and the rule is for {}", quoted(address),
                                quoted(read.forgotten), ucspi_tcp6_keys.show_key(read.key));
  finding.help = is_zone ? "no rule can say on which interface a client is; delete the zone"
                         : "write the address that is meant, and nothing behind it";
}

}  // namespace core
