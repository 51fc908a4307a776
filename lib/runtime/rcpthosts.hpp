// The domains of a control folder in memory: rcpthosts as text behind a hash table, morercpthosts.cdb as a map.
// Between the files and recipients.cpp.
// Invariant: nothing changes after it was opened, so that threads share it without a lock.
#pragma once

#include "map.hpp"
#include "relayrules/recipients.h"

namespace relayrules::runtime {

/// Entries of a text, each once or more, for look-ups in any case of letters.
class DomainTable {
 public:
  /// Takes over `text`, which was made by malloc: entries that end in NUL, in lower case. False without memory, and
  /// then the text stays the caller's.
  bool take(char* text, size_t size);
  void free_all();
  /// `domain` is in lower case.
  bool contains(Bytes domain, uint32_t hash) const;

 private:
  Bytes entry_at(uint32_t offset) const;

  char* text_ = nullptr;
  size_t size_ = 0;
  uint32_t* places_ = nullptr;  ///< offset of an entry + 1, or 0
  uint32_t mask_ = 0;           ///< places, a power of two, less 1
};

}  // namespace relayrules::runtime

/// What recipients.h calls rr_rcpthosts.
struct rr_rcpthosts {
  bool is_missing = false;  ///< there is no rcpthosts
  bool has_more = false;    ///< there is a morercpthosts.cdb
  relayrules::runtime::DomainTable listed;
  relayrules::runtime::Map more;
};
