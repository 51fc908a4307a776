// Reads addresses; address.hpp says what it promises.
#include "address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace relayrules::runtime {

/// The loop has no branch of its own: the lengths of the numbers vary from client to client, and no processor could
/// foresee them.
bool read_ipv4(Bytes text, Address* address) {
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
    address->bytes[dots] = static_cast<unsigned char>(number);  // 15 bytes of text have no more than 15 dots
  }
  address->size = 4;
  return !wrong & (dots == 3) & (digits > 0);
}

bool read_ipv6(Bytes text, Address* address) {
  char terminated[INET6_ADDRSTRLEN];
  unsigned char bytes[16];
  if (text.size >= sizeof terminated || contains_nul(text)) return false;
  memcpy(terminated, text.data, text.size);
  terminated[text.size] = '\0';
  return inet_pton(AF_INET6, terminated, bytes) == 1 &&
         read_bytes({reinterpret_cast<const char*>(bytes), sizeof bytes}, address);
}

bool read_bytes(Bytes bytes, Address* address) {
  static constexpr Bytes mapped = literal("\0\0\0\0\0\0\0\0\0\0\xff\xff");
  if (bytes.size != 4 && bytes.size != 16) return false;
  if (bytes.size == 16 && equal(bytes.first(mapped.size), mapped)) bytes = bytes.from(mapped.size);
  memcpy(address->bytes, bytes.data, bytes.size);
  address->size = bytes.size;
  return true;
}

bool read_socket_address(Bytes socket_address, Address* address) {
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
  if (socket_address.size < sizeof ipv4) return false;
  memcpy(&ipv4, socket_address.data, sizeof ipv4);  // the caller's need not be aligned
  if (ipv4.sin_family == AF_INET)
    return read_bytes({reinterpret_cast<const char*>(&ipv4.sin_addr), sizeof ipv4.sin_addr}, address);
  if (ipv4.sin_family != AF_INET6 || socket_address.size < sizeof ipv6) return false;
  memcpy(&ipv6, socket_address.data, sizeof ipv6);
  return read_bytes({reinterpret_cast<const char*>(&ipv6.sin6_addr), sizeof ipv6.sin6_addr}, address);
}

}  // namespace relayrules::runtime
