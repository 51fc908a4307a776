// Writes addresses; spelling.hpp says what it promises.
// inet_ntop(3) itself is not asked: libraries differ in it, and a key must not.
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

/// The first of the longest, if it has two groups or more.
ZeroRun longest_zero_run(const unsigned char* address) {
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
  return longest.count >= 2 ? longest : ZeroRun{};
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

Bytes text_of(const char* begin, const char* end) { return {begin, static_cast<size_t>(end - begin)}; }

}  // namespace

Bytes spell_ipv4(const unsigned char* octets, char (&out)[longest_address]) {
  return text_of(out, put_ipv4(octets, out));
}

Bytes spell_ipv6(const unsigned char* address, char (&out)[longest_address]) {
  const ZeroRun zeros = longest_zero_run(address);
  const bool ends_as_ipv4 = zeros.first == 0 && zeros.count == 6;
  char* end = out;
  for (int group = 0; group < group_count; ++group) {
    if (zeros.contains(group)) {
      if (group == zeros.first) *end++ = ':';
      continue;
    }
    if (group > 0) *end++ = ':';
    if (group == 6 && ends_as_ipv4) return text_of(out, put_ipv4(address + 12, end));
    end = put_group(group_at(address, group), end);
  }
  if (zeros.contains(group_count - 1)) *end++ = ':';
  return text_of(out, end);
}

}  // namespace relayrules::runtime
