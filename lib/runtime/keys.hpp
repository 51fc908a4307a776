// From a query to the ordered list of keys that may answer it: the lookup order of three tcpservers, and nothing else.
// lookup.cpp feeds the keys to the map. The order is the same, key for key, as what model/evaluate.cpp arrives at; the
// two share no code, so that the tests that hold them equal mean something.
// Invariant: a key is never assembled in memory. It is its shape, its last piece and its hash, so nothing here
// allocates, however long the host name is.
#pragma once

#include "bytes.hpp"

namespace relayrules::runtime {

/// What to look up, byte for byte. An absent host, info or bits leave out the keys that need them.
struct Query {
  Bytes ip;
  Bytes host;
  Bytes info;
  Bytes bits{};                 ///< of ip, from which the keys of networks are cut: see spell_bits
  bool colon_prefixes = false;  ///< ip has prefixes that end in ':', too
  bool lower_host = false;      ///< ask for the host in lower case
};

/// One candidate key of a query.
struct Key {
  enum class Shape : uint8_t { plain, host, info_plain, info_host };
  Shape shape;    ///< what stands before the tail: nothing, `=`, `info@` or `info@=`
  uint32_t hash;  ///< of the whole key
  Bytes tail;     ///< an address or a prefix of it, a host or a suffix of it, or nothing

  bool has_info() const { return shape >= Shape::info_plain; }
  bool has_equals() const { return shape == Shape::host || shape == Shape::info_host; }
};

namespace keys {

inline constexpr uint32_t equals_hash = hash_step(hash_start, '=');

inline uint32_t hash_host(uint32_t hash, Bytes name, bool lower) {
  return lower ? hash_lower(hash, name) : hash_text(hash, name);
}

/// Calls `visit` for info@ip and info@=host.
template <typename Visit>
bool info_keys(const Query& query, Visit&& visit) {
  const uint32_t hash = hash_step(hash_text(hash_start, query.info), '@');
  if (visit(Key{Key::Shape::info_plain, hash_text(hash, query.ip), query.ip})) return true;
  if (!query.host.present()) return false;
  const uint32_t named = hash_host(hash_step(hash, '='), query.host, query.lower_host);
  return visit(Key{Key::Shape::info_host, named, query.host});
}

/// Calls `visit` for the prefixes of ip that end in '.', and in ':' if `colons`, longest first. `hash` is that of ip:
/// stepping back from it gives theirs, so all are hashed in one pass.
template <typename Visit>
bool prefix_keys(Bytes ip, bool colons, uint32_t hash, Visit&& visit) {
  for (size_t length = ip.size; length > 0; --length) {
    const char last = ip.data[length - 1];
    const bool ends = last == '.' || (colons && last == ':');
    if (ends && visit(Key{Key::Shape::plain, hash, ip.first(length)})) return true;
    hash = hash_step_back(hash, last);
  }
  return false;
}

/// Calls `visit` for the networks that the address with these bits is in, smallest first: from the address itself to
/// /2, for ucspi-tcp6 never asks for /1.
template <typename Visit>
bool network_keys(Bytes bits, Visit&& visit) {
  uint32_t hash = hash_text(hash_start, bits);
  for (size_t length = bits.size; length > 2; --length) {
    if (visit(Key{Key::Shape::plain, hash, bits.first(length)})) return true;
    hash = hash_step_back(hash, bits.data[length - 1]);
  }
  return false;
}

/// Calls `visit` for the suffixes of the host that begin with '.', longest first, and for `=`.
template <typename Visit>
bool suffix_keys(Bytes host, bool lower, Visit&& visit) {
  for (size_t i = 0; i < host.size; ++i) {
    if (host.data[i] != '.') continue;
    const Bytes suffix = host.from(i);
    if (visit(Key{Key::Shape::host, hash_host(equals_hash, suffix, lower), suffix})) return true;
  }
  return visit(Key{Key::Shape::host, equals_hash, host.from(host.size)});
}

}  // namespace keys

/// Calls `visit(key)` for every key that may answer the query, most specific first, until it returns true.
template <typename Visit>
void for_each_key(const Query& query, Visit&& visit) {
  const Bytes host = query.host;
  const bool lower = query.lower_host;
  if (query.info.present() && keys::info_keys(query, visit)) return;
  const uint32_t ip_hash = hash_text(hash_start, query.ip);
  if (visit(Key{Key::Shape::plain, ip_hash, query.ip})) return;
  if (host.present() && visit(Key{Key::Shape::host, keys::hash_host(keys::equals_hash, host, lower), host})) return;
  if (keys::prefix_keys(query.ip, query.colon_prefixes, ip_hash, visit)) return;
  if (query.bits.present() && keys::network_keys(query.bits, visit)) return;
  if (host.present() && keys::suffix_keys(host, lower, visit)) return;
  visit(Key{Key::Shape::plain, hash_start, query.ip.first(0)});
}

}  // namespace relayrules::runtime
