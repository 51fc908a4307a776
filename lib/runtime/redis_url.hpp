// The text that names a store in Redis:
//
//     redis:/PATH[?OPTIONS]               a UNIX socket (redis:///PATH is the same)
//     redis://ADDRESS[:PORT][?OPTIONS]    a loopback address: 127.0.0.1, [::1]
//     OPTIONS = NAME=VALUE[&NAME=VALUE...], NAME is prefix, user, password-file or timeout; %XX is a byte
//
// What a reader would get wrong: nothing here talks to a server, so that a store can be named before it runs.
#pragma once

#include <sys/un.h>

#include "address.hpp"
#include "reason.hpp"

namespace relayrules::runtime {

/// Room for a prefix of keys.
inline constexpr size_t longest_prefix = 128;

/// Where a server is, who asks it, and under which keys.
struct RedisStore {
  char path[sizeof(sockaddr_un::sun_path)];  ///< of the socket; empty: `address` and `port` count
  Address address;
  uint16_t port;
  char prefix[longest_prefix];
  char user[128];      ///< empty: the server's user "default"
  char password[256];  ///< empty: none
  unsigned timeout_ms;
};

/// Whether the name of a store is such a text.
bool is_redis_url(const char* name);

/// Reads the text, and the file with the password. RR_BAD_ARGUMENT, RR_UNSAFE (others can read that file) or RR_SYSTEM.
rr_status read_redis_url(const char* name, RedisStore* store, rr_reason* reason);

}  // namespace relayrules::runtime
