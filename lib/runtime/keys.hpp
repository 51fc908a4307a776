// From a query to the ordered list of keys that may answer it: the lookup order of tcpserver, and nothing else.
// lookup.cpp feeds the keys to the map. The order is the same, key for key, as what model/evaluate.cpp arrives at; the
// two share no code, so that the tests that hold them equal mean something.
// Invariant: a key is never assembled in memory. It is up to three pieces plus its hash, so nothing here allocates,
// however long the host name is.
#pragma once

#include "bytes.hpp"

namespace relayrules::runtime {

/// What to look up, byte for byte. An absent host or info leaves out the keys that need it.
struct Query {
  Bytes ip;
  Bytes host;
  Bytes info;
  bool lower_host = false;  ///< ask for the host in lower case
};

/// One candidate key: head, then middle, then tail.
struct Key {
  Bytes head;
  Bytes middle;
  Bytes tail;
  bool lower_tail;
  uint32_t hash;

  /// Its length in bytes.
  size_t size() const { return head.size + middle.size + tail.size; }
};

namespace keys {

inline constexpr Bytes at = literal("@");
inline constexpr Bytes at_equals = literal("@=");
inline constexpr Bytes equals = literal("=");
inline constexpr uint32_t equals_hash = hash_step(hash_start, '=');

/// Calls `visit` for ip and, after `between()`, for each of its prefixes that end in '.', longest first. One pass
/// forward hashes ip; the hashes of the prefixes come from stepping back.
template <typename Visit, typename Between>
bool ip_keys(Bytes ip, Visit&& visit, Between&& between) {
  uint32_t hash = hash_text(hash_start, ip);
  if (visit(Key{{}, {}, ip, false, hash}) || between()) return true;
  for (size_t length = ip.size; length > 0; --length) {
    const char last = ip.data[length - 1];
    if (last == '.' && visit(Key{{}, {}, ip.first(length), false, hash})) return true;
    hash = hash_step_back(hash, last);
  }
  return false;
}

/// Calls `visit` for info@ip and info@=host.
template <typename Visit>
bool info_keys(const Query& query, Visit&& visit) {
  const uint32_t hash = hash_step(hash_text(hash_start, query.info), '@');
  if (visit(Key{query.info, at, query.ip, false, hash_text(hash, query.ip)})) return true;
  if (!query.host.present()) return false;
  const uint32_t named = hash_step(hash, '=');
  const uint32_t whole = query.lower_host ? hash_lower(named, query.host) : hash_text(named, query.host);
  return visit(Key{query.info, at_equals, query.host, query.lower_host, whole});
}

/// Calls `visit` for `=` and the name.
template <typename Visit>
bool host_key(Bytes name, bool lower, Visit&& visit) {
  const uint32_t hash = lower ? hash_lower(equals_hash, name) : hash_text(equals_hash, name);
  return visit(Key{{}, equals, name, lower, hash});
}

}  // namespace keys

/// Calls `visit(key)` for every key that may answer the query, most specific first, until it returns true.
template <typename Visit>
void for_each_key(const Query& query, Visit&& visit) {
  const Bytes host = query.host;
  const bool lower = query.lower_host;
  if (query.info.present() && keys::info_keys(query, visit)) return;
  const auto whole_host = [&] { return host.present() && keys::host_key(host, lower, visit); };
  if (keys::ip_keys(query.ip, visit, whole_host)) return;
  if (host.present()) {
    for (size_t i = 0; i < host.size; ++i) {
      if (host.data[i] == '.' && keys::host_key(host.from(i), lower, visit)) return;
    }
    if (visit(Key{{}, {}, keys::equals, false, keys::equals_hash})) return;
  }
  visit(Key{{}, {}, {"", 0}, false, hash_start});
}

}  // namespace relayrules::runtime
