// What a PROXY header says, and how many bytes of the connection it takes: any bytes may come from a proxy's address.
// Invariant: a header that was read is the same whatever stands behind it, and no reader is asked to take what stands
// there. What was understood, written anew, is understood alike.
#include <algorithm>
#include <string>
#include <string_view>

#include "relayrules-env/proxy_header.hpp"
#include "require.hpp"
#include "runtime/spelling.hpp"

namespace {

using relayrules::env::ProxyEnd;
using relayrules::env::ProxyHeader;
using relayrules::env::read_proxy_header;
using relayrules::env::wanted_bytes;
using relayrules::runtime::Address;

std::string spelt(const Address& address) {
  char room[relayrules::runtime::longest_address];
  const auto text = address.is_ipv4() ? relayrules::runtime::spell_ipv4(address.bytes, room)
                                      : relayrules::runtime::spell_ipv6(address.bytes, RR_TCPSERVER, room);
  return {text.data, text.size};
}

bool equal(const ProxyEnd& a, const ProxyEnd& b) { return spelt(a.address) == spelt(b.address) && a.port == b.port; }

/// As version 1 would have it. IPv4 among IPv6 is a mapped address.
std::string written(const ProxyHeader& header) {
  if (header.is_own) return "PROXY UNKNOWN\r\n";
  const bool is_ipv4 = header.source.address.is_ipv4() && header.destination.address.is_ipv4();
  const auto text = [&](const Address& address) {
    return (!is_ipv4 && address.is_ipv4() ? "::ffff:" : "") + spelt(address);
  };
  return std::string("PROXY ") + (is_ipv4 ? "TCP4 " : "TCP6 ") + text(header.source.address) + " " +
         text(header.destination.address) + " " + std::to_string(header.source.port) + " " +
         std::to_string(header.destination.port) + "\r\n";
}

/// Reads as a descriptor is read, `most` bytes at a time. The size of the header; npos where the bytes end before it.
size_t size_read(std::string_view bytes, size_t most) {
  size_t size = 0;
  while (const size_t wanted = wanted_bytes({bytes.data(), size})) {
    core::require(size + wanted <= relayrules::env::longest_proxy_header, "no header is longer than the room for it");
    const size_t taken = std::min({wanted, most, bytes.size() - size});
    if (taken == 0) return std::string_view::npos;
    size += taken;
  }
  return size;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(size == 0 ? "" : reinterpret_cast<const char*>(data), size);
  const size_t header_size = size_read(bytes, bytes.size());
  ProxyHeader header;
  if (header_size == std::string_view::npos) {
    core::require(read_proxy_header({bytes.data(), bytes.size()}, &header) != nullptr, "half a header is none");
    return 0;
  }
  const char* reason = read_proxy_header({bytes.data(), header_size}, &header);
  // where it is none, it does not matter how much of it was read
  if (reason != nullptr) return 0;
  core::require(size_read(bytes, 1) == header_size,
                "a header that comes in pieces is as long as one that comes at once");
  for (size_t shorter = 0; shorter < header_size; ++shorter)
    core::require(
        wanted_bytes({bytes.data(), shorter}) <= header_size - shorter && wanted_bytes({bytes.data(), shorter}) > 0,
        "no byte behind the header is asked for");
  const std::string again = written(header);
  ProxyHeader other;
  core::require(size_read(again + "EHLO", 1000) == again.size(), "a header that we wrote is read to its end");
  core::require(read_proxy_header({again.data(), again.size()}, &other) == nullptr,
                "what was understood can be written");
  core::require(header.is_own == other.is_own, "whose connection it is");
  core::require(header.is_own || (equal(header.source, other.source) && equal(header.destination, other.destination)),
                "both ends are as they were");
  return 0;
}
