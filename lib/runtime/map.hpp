// A CDB file in memory, and the search for one key in it.
// All of it is our own: the search has to survive any bytes and to overlap its cache misses, and a cdb library would
// bring names (cdb_init) that the programs of this field define themselves, with other arguments.
// Invariant: nothing read from the file is trusted, not even what was checked when it was opened: it is mapped shared,
// and a careless administrator may write into it. Every offset is checked at the moment it is used.
#pragma once

#include "keys.hpp"

namespace relayrules::runtime {

/// What a search came to.
enum class Outcome { found, none, corrupt };

/// A record that was found: both views point into the map.
struct Record {
  Bytes key;
  Bytes value;
};

/// Where the search for a key begins.
struct Slots {
  uint32_t table;  ///< offset of the hash table
  uint32_t count;  ///< slots in it; 0: the key cannot exist
  uint32_t start;  ///< the first slot to look at

  uint64_t offset(uint32_t slot) const { return table + uint64_t{slot} * 8; }
};

/// A mapped CDB file. A plain value without destructor: whoever opens it closes it, once.
class Map {
 public:
  /// Maps the file behind `fd`, which may be closed afterwards. False and errno on failure: EPROTO if the file is too
  /// short to be a CDB, EINVAL if it is empty, as tcprulescheck says it.
  bool open(int fd);
  /// Unmaps.
  void close();
  /// True if all 256 hash tables lie within the file and behind its header: shows truncated files, most foreign ones,
  /// and the file of zeros that a crash may leave, which would otherwise know no client and so let everybody in.
  bool is_whole() const;

  /// Where to look for a key with this hash.
  Slots slots(uint32_t hash) const {
    const unsigned char* pair = memory_ + (hash & 255) * pair_size;
    const uint32_t count = load_word(pair + 4);
    return {load_word(pair), count, count == 0 ? 0 : (hash >> 8) % count};
  }
  /// Asks the processor to fetch the first slots. Harmless if they lie outside the file.
  void prefetch(const Slots& slots) const;
  /// True if a look at the first slots, without a branch for each, shows that no key has this hash. False tells
  /// nothing. Most keys of a query do not exist, and a branch that was mispredicted costs more than the rest of the
  /// search.
  bool is_surely_absent(uint32_t hash, const Slots& slots) const;
  /// Looks for a key of the query in its slots; *record is set if the outcome is found.
  Outcome find(const Query& query, const Key& key, const Slots& slots, Record* record) const;

  /// The whole file.
  Bytes bytes() const { return {reinterpret_cast<const char*>(memory_), size_}; }

 private:
  bool holds(uint64_t offset, uint64_t length) const { return offset <= size_ && length <= size_ - offset; }
  Outcome compare(const Query& query, const Key& key, uint32_t offset, Record* record) const;

  static constexpr uint32_t header_size = 2048;
  static constexpr uint32_t pair_size = 8;  // of {table, slots}, {key length, value length}, {hash, record}
  static constexpr uint32_t window = 4;     // half the slots are empty: a look at four is nearly always enough

  const unsigned char* memory_ = nullptr;
  size_t size_ = 0;
};

inline void Map::prefetch(const Slots& slots) const {
  const uint64_t offset = slots.offset(slots.start);
  if (!holds(offset, window * pair_size)) return;
  __builtin_prefetch(memory_ + offset);
}

inline bool Map::is_surely_absent(uint32_t hash, const Slots& slots) const {
  const uint64_t offset = slots.offset(slots.start);
  if (slots.count - slots.start < window || !holds(offset, window * pair_size)) return false;
  const unsigned char* slot = memory_ + offset;
  uint32_t same = 0;
  uint32_t empty = 0;
  for (uint32_t i = 0; i < window; ++i, slot += pair_size) {
    same |= load_word(slot) == hash;
    empty |= load_word(slot + 4) == 0;
  }
  return empty > same;
}

}  // namespace relayrules::runtime
