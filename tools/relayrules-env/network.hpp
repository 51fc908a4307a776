// Networks as they stand behind --proxy-protocol: "192.0.2.1", "10.0.0.0/8", "2001:db8::/32".
// Small on purpose: the library's networks need the C++ run-time, which this program does not load.
#pragma once

#include "runtime/address.hpp"
#include "text.hpp"

namespace relayrules::env {

using runtime::Address;

/// A network. Plain value.
struct Network {
  Address address;
  unsigned prefix_bits;

  /// True if `other`, whose mapped form was made IPv4, lies in it.
  bool contains(const Address& other) const;
};

/// Reads an IPv4 or IPv6 address, without a zone. A mapped one is the IPv4 address.
bool read_address(Bytes text, Address* address);

/// As inet_ntop(3) writes it.
Text spelt(const Address& address);

/// Reads an address, perhaps with "/BITS". False for anything else, and for an address with bits behind its prefix.
bool read_network(Bytes text, Network* network);

/// Takes the next word off a list with commas between its words. False at the end; an empty word is handed out, too.
bool next_word(Bytes* list, Bytes* word);

/// True if one of `networks`, a list of which each word was read before, contains `address`.
bool is_in_list(Bytes networks, const Address& address);

}  // namespace relayrules::env
