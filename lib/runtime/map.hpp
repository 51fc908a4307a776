// A CDB file in memory, and the search for one key in it.
// tinycdb maps the file; the search is our own, because it has to survive any bytes and to overlap its cache misses.
// Invariant: nothing read from the file is trusted, not even what was checked when it was opened: it is mapped shared,
// and a careless administrator may write into it. Every offset is checked at the moment it is used.
#pragma once

#include <cdb.h>

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
  uint32_t table = 0;  ///< offset of the hash table
  uint32_t count = 0;  ///< slots in it; 0: the key cannot exist
  uint32_t start = 0;  ///< the first slot to look at
};

/// A mapped CDB file. A plain value without destructor: whoever opens it closes it, once.
class Map {
 public:
  /// Maps the file behind `fd`, which may be closed afterwards. False and errno on failure: EPROTO if the file is too
  /// short to be a CDB, EINVAL if it is empty, as tcprulescheck says it.
  bool open(int fd);
  /// Unmaps.
  void close();
  /// True if all 256 hash tables lie within the file: shows most truncated and most foreign files.
  bool is_whole() const;

  /// Where to look for a key with this hash.
  Slots slots(uint32_t hash) const;
  /// Asks the processor to fetch the first slot. Harmless if it lies outside the file.
  void prefetch(const Slots& slots) const;
  /// Looks for the key in its slots; *record is set if the outcome is found.
  Outcome find(const Key& key, const Slots& slots, Record* record) const;

  /// The whole file.
  Bytes bytes() const { return {reinterpret_cast<const char*>(cdb_.cdb_mem), cdb_.cdb_fsize}; }

 private:
  bool holds(uint64_t offset, uint64_t length) const {
    return offset <= cdb_.cdb_fsize && length <= cdb_.cdb_fsize - offset;
  }
  Outcome compare(const Key& key, uint32_t offset, Record* record) const;

  struct cdb cdb_ = CDB_STATIC_INIT;
};

}  // namespace relayrules::runtime
