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

/// Sets the query's ip from an IPv6 text. False if it is none.
bool take_ipv6(Bytes text, CheckedClient* checked) {
  char terminated[INET6_ADDRSTRLEN];
  struct in6_addr address;
  if (text.size >= sizeof terminated || contains_nul(text)) return false;
  memcpy(terminated, text.data, text.size);
  terminated[text.size] = '\0';
  if (inet_pton(AF_INET6, terminated, &address) != 1) return false;
  const bool mapped = IN6_IS_ADDR_V4MAPPED(&address);
  checked->query.ip =
      mapped ? spell_ipv4(address.s6_addr + 12, checked->address) : spell_ipv6(address.s6_addr, checked->address);
  return true;
}

/// Sets the query's ip. False if the text is no address.
bool take_address(Bytes text, CheckedClient* checked) {
  checked->query.ip = text;
  return text.present() && (is_ipv4(text) || take_ipv6(text, checked));
}

/// What is absent has no length.
bool is_sound(Bytes text) { return text.present() || text.size == 0; }

}  // namespace

rr_status check_client(const rr_client* client, CheckedClient* checked) {
  if (client == nullptr || client->size != sizeof *client) return RR_BAD_ARGUMENT;
  const Bytes ip{client->ip, client->ip_len};
  const Bytes host{client->host, client->host_len};
  const Bytes info{client->info, client->info_len};
  if (!is_sound(ip) || !is_sound(host) || !is_sound(info)) return RR_BAD_ARGUMENT;
  if (contains_nul(host) || contains_nul(info)) return RR_BAD_ARGUMENT;
  checked->query.host = host;
  checked->query.info = info;
  checked->query.lower_host = true;
  return take_address(ip, checked) ? RR_OK : RR_BAD_ADDRESS;
}

}  // namespace relayrules::runtime
