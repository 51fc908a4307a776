// Writes addresses; spelling.hpp says what it promises.
// inet_ntop(3) itself is not asked: libraries differ in it, and a key must not.
// Compat: tcpserver of ucspi-tcp-ipv6 shortens a single zero group, too (2001:db8::1:1:1:1:5), which RFC 5952 forbids.
#include "spelling.hpp"

namespace relayrules::runtime {

namespace {

constexpr int group_count = 8;

unsigned group_at(const unsigned char* address, int group) {
  return unsigned{address[2 * group]} << 8 | address[2 * group + 1];
}

/// Neighbouring groups of zeros.
struct ZeroRun {
  int first = 0;
  int count = 0;

  bool contains(int group) const { return group >= first && group < first + count; }
};

/// The first of the longest, if it has at least so many groups.
ZeroRun longest_zero_run(const unsigned char* address, int least) {
  ZeroRun longest;
  ZeroRun run;
  for (int group = 0; group < group_count; ++group) {
    if (group_at(address, group) != 0) {
      run = {group + 1, 0};
      continue;
    }
    ++run.count;
    if (run.count > longest.count) longest = run;
  }
  return longest.count >= least ? longest : ZeroRun{};
}

char* put_octet(unsigned octet, char* out) {
  if (octet >= 100) *out++ = static_cast<char>('0' + octet / 100);
  if (octet >= 10) *out++ = static_cast<char>('0' + octet / 10 % 10);
  *out++ = static_cast<char>('0' + octet % 10);
  return out;
}

char* put_ipv4(const unsigned char* octets, char* out) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) *out++ = '.';
    out = put_octet(octets[i], out);
  }
  return out;
}

/// Without leading zeros.
char* put_group(unsigned group, char* out) {
  for (int shift = 12; shift >= 0; shift -= 4) {
    if (shift == 0 || group >> shift != 0) *out++ = "0123456789abcdef"[group >> shift & 15];
  }
  return out;
}

/// Groups without leading zeros, and `::` for the longest run of at least `least_zeros` of them that are zero.
char* put_short(const unsigned char* address, int least_zeros, char* out) {
  const ZeroRun zeros = longest_zero_run(address, least_zeros);
  for (int group = 0; group < group_count; ++group) {
    if (zeros.contains(group)) {
      if (group == zeros.first) *out++ = ':';
      continue;
    }
    if (group > 0) *out++ = ':';
    out = put_group(group_at(address, group), out);
  }
  if (zeros.contains(group_count - 1)) *out++ = ':';
  return out;
}

/// Six zero groups and more behind them.
bool ends_as_ipv4(const unsigned char* address) {
  const ZeroRun zeros = longest_zero_run(address, 6);
  return zeros.first == 0 && zeros.count == 6;
}

char* put_as_inet_ntop(const unsigned char* address, char* out) {
  if (!ends_as_ipv4(address)) return put_short(address, 2, out);
  *out++ = ':';
  *out++ = ':';
  return put_ipv4(address + 12, out);
}

char* put_long(const unsigned char* address, char* out) {
  for (int i = 0; i < 2 * group_count; ++i) {
    if (i > 0 && i % 2 == 0) *out++ = ':';
    *out++ = "0123456789ABCDEF"[address[i] >> 4];
    *out++ = "0123456789ABCDEF"[address[i] & 15];
  }
  return out;
}

Bytes text_of(const char* begin, const char* end) { return {begin, static_cast<size_t>(end - begin)}; }

}  // namespace

Bytes spell_ipv4(const unsigned char* octets, char (&out)[longest_address]) {
  return text_of(out, put_ipv4(octets, out));
}

Bytes spell_ipv6(const unsigned char* address, rr_scheme scheme, char (&out)[longest_address]) {
  switch (scheme) {
    case RR_TCPSERVER: return text_of(out, put_as_inet_ntop(address, out));
    case RR_UCSPI_TCP_IPV6: return text_of(out, put_short(address, 1, out));
    case RR_UCSPI_TCP6: return text_of(out, put_long(address, out));
  }
  return {};
}

Bytes spell_bits(const Address& address, char (&out)[longest_bits]) {
  char* end = out;
  unsigned set = 0;
  *end++ = address.is_ipv4() ? '_' : '^';
  for (size_t bit = 0; bit < 8 * address.size; ++bit) {
    const bool is_set = (address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
    const char mark = address.is_ipv4() ? "abcdefghijklmnopqrstuvwxyz123456"[bit] : static_cast<char>(0x60 + set);
    *end++ = is_set ? mark : '0';
    set += is_set;
  }
  return text_of(out, end);
}

}  // namespace relayrules::runtime
