// Checks a caller's client; client.hpp says what it promises.
// Invariant: what passes as IPv4 is exactly the spelling that tcpserver would give, four numbers without leading zeros.
// "010.1.2.3" must not get past a deny for `10.`, so it is refused instead of being asked.
#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace relayrules::runtime {

namespace {

/// Reads a number of 0 to 255 without leading zeros; returns what is left, absent if there is none.
Bytes skip_octet(Bytes text) {
  size_t digits = 0;
  unsigned number = 0;
  while (digits < text.size && digits < 4 && text.data[digits] >= '0' && text.data[digits] <= '9') {
    number = number * 10 + static_cast<unsigned>(text.data[digits] - '0');
    ++digits;
  }
  const bool leading_zero = digits > 1 && text.data[0] == '0';
  return digits == 0 || leading_zero || number > 255 ? Bytes{} : text.from(digits);
}

bool is_ipv4(Bytes text) {
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (text.size == 0 || text.data[0] != '.') return false;
      text = text.from(1);
    }
    text = skip_octet(text);
    if (!text.present()) return false;
  }
  return text.size == 0;
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
bool is_text(Bytes text) {
  return text.present() ? !contains_nul(text) : text.size == 0;
}

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
