// An address as text for variables and messages, as inet_ntop(3) writes it.
#pragma once

#include "runtime/address.hpp"
#include "runtime/spelling.hpp"
#include "text.hpp"

namespace relayrules::env {

inline Text spelt(const runtime::Address& address) {
  char room[runtime::longest_address];
  Text text;
  return text.add(address.is_ipv4() ? runtime::spell_ipv4(address.bytes, room)
                                    : runtime::spell_ipv6(address.bytes, RR_TCPSERVER, room));
}

}  // namespace relayrules::env
