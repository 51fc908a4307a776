// Checks a caller's client; client.hpp says what it promises.
// Invariant: what passes as IPv4 is exactly the spelling that tcpserver would give, four numbers without leading zeros.
// "010.1.2.3" must not get past a deny for `10.`, so it is refused instead of being asked.
#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace relayrules::runtime {

namespace {

/// Four numbers of 0 to 255 without leading zeros. The loop has no branch of its own: the lengths of the numbers vary
/// from client to client, and no processor could foresee them.
bool is_ipv4(Bytes text) {
  if (text.size > 15) return false;
  unsigned dots = 0;
  unsigned digits = 0;
  unsigned number = 0;
  bool wrong = false;
  for (size_t i = 0; i < text.size; ++i) {
    const bool dot = text.data[i] == '.';
    const unsigned digit = static_cast<unsigned char>(text.data[i]) - unsigned{'0'};
    const bool leading_zero = (digits > 0) & (number == 0);
    wrong |= dot ? digits == 0 : (digit > 9) | leading_zero;
    number = dot ? 0 : number * 10 + digit;
    digits = dot ? 0 : digits + 1;
    dots += dot;
    wrong |= number > 255;
  }
  return !wrong & (dots == 3) & (digits > 0);
}

size_t print_octet(unsigned octet, char* out) {
  size_t size = 0;
  if (octet >= 100) out[size++] = static_cast<char>('0' + octet / 100);
  if (octet >= 10) out[size++] = static_cast<char>('0' + octet / 10 % 10);
  out[size++] = static_cast<char>('0' + octet % 10);
  return size;
}

/// Writes four bytes as IPv4 text into `out`.
Bytes print_ipv4(const unsigned char* octets, char (&out)[16]) {
  size_t size = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) out[size++] = '.';
    size += print_octet(octets[i], out + size);
  }
  return {out, size};
}

/// Sets the query's ip from an IPv6 text. False if it is none.
bool take_ipv6(Bytes text, CheckedClient* checked) {
  char terminated[INET6_ADDRSTRLEN];
  struct in6_addr address;
  if (text.size >= sizeof terminated) return false;
  memcpy(terminated, text.data, text.size);
  terminated[text.size] = '\0';
  if (inet_pton(AF_INET6, terminated, &address) != 1) return false;
  const bool mapped = IN6_IS_ADDR_V4MAPPED(&address);
  checked->query.ip = mapped ? print_ipv4(address.s6_addr + 12, checked->unmapped) : text;
  return true;
}

/// Text may be absent, then its length is 0; it holds no NUL.
bool is_text(Bytes text) { return text.present() ? !contains_nul(text) : text.size == 0; }

}  // namespace

bool check_client(const rr_client* client, CheckedClient* checked) {
  if (client == nullptr || client->size != sizeof *client) return false;
  const Bytes ip{client->ip, client->ip_len};
  checked->query.host = {client->host, client->host_len};
  checked->query.info = {client->info, client->info_len};
  checked->query.lower_host = true;
  if (!ip.present() || !is_text(ip)) return false;
  if (!is_text(checked->query.host) || !is_text(checked->query.info)) return false;
  checked->query.ip = ip;
  return is_ipv4(ip) || take_ipv6(ip, checked);
}

}  // namespace relayrules::runtime
