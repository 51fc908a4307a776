// The search for one key in a mapped CDB file; map.hpp says what it promises.
// Layout: 256 pairs {table offset, slots}; records {key length, value length, key, value}; tables of slots
// {hash, record offset}. Hash & 255 selects the table, hash >> 8 the first slot; the search goes on, around the end, to
// an empty slot.
// Invariant: a search ends after as many steps as the table has slots that lie within the file, whatever the file says.
#include "map.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

namespace relayrules::runtime {

namespace {

bool equal_lower(const char* stored, Bytes asked) {
  for (size_t i = 0; i < asked.size; ++i) {
    if (stored[i] != to_lower(asked.data[i])) return false;
  }
  return true;
}

/// `stored` begins with `text`; then it is moved behind it.
bool skip(const char** stored, Bytes text) {
  if (!equal({*stored, text.size}, text)) return false;
  *stored += text.size;
  return true;
}

size_t size_of(const Query& query, const Key& key) {
  return (key.has_info() ? query.info.size + 1 : 0) + (key.has_equals() ? 1 : 0) + key.tail.size;
}

/// `stored` has as many bytes as the key.
bool holds_key(const char* stored, const Query& query, const Key& key) {
  if (key.has_info() && !(skip(&stored, query.info) && skip(&stored, literal("@")))) return false;
  if (key.has_equals() && !skip(&stored, literal("="))) return false;
  if (key.has_equals() && query.lower_host) return equal_lower(stored, key.tail);
  return equal({stored, key.tail.size}, key.tail);
}

}  // namespace

bool Map::open(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return false;
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return false;
  }
  const auto whole = static_cast<uint64_t>(status.st_size);
  if (whole < header_size) {
    errno = whole == 0 ? EINVAL : EPROTO;
    return false;
  }
  // No offset in a CDB leads further than 32 bits do.
  const auto size = static_cast<size_t>(whole < UINT32_MAX ? whole : UINT32_MAX);
  void* memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return false;
  memory_ = static_cast<const unsigned char*>(memory);
  size_ = size;
  return true;
}

void Map::close() { munmap(const_cast<unsigned char*>(memory_), size_); }

bool Map::is_whole() const {
  for (uint32_t at = 0; at < header_size; at += pair_size) {
    const uint32_t table = load_word(memory_ + at);
    const uint32_t count = load_word(memory_ + at + 4);
    if (table < header_size || !holds(table, uint64_t{count} * pair_size)) return false;
  }
  return true;
}

Outcome Map::find(const Query& query, const Key& key, const Slots& slots, Record* record) const {
  uint32_t slot = slots.start;
  for (uint32_t seen = 0; seen < slots.count; ++seen) {
    const uint64_t offset = slots.offset(slot);
    if (!holds(offset, pair_size)) return Outcome::corrupt;
    const uint32_t record_offset = load_word(memory_ + offset + 4);
    if (record_offset == 0) return Outcome::none;
    if (load_word(memory_ + offset) == key.hash) {
      const Outcome outcome = compare(query, key, record_offset, record);
      if (outcome != Outcome::none) return outcome;
    }
    if (++slot == slots.count) slot = 0;
  }
  return Outcome::none;
}

Outcome Map::compare(const Query& query, const Key& key, uint32_t offset, Record* record) const {
  if (!holds(offset, pair_size)) return Outcome::corrupt;
  const uint32_t key_size = load_word(memory_ + offset);
  const uint32_t value_size = load_word(memory_ + offset + 4);
  if (key_size != size_of(query, key)) return Outcome::none;
  const uint64_t key_offset = uint64_t{offset} + pair_size;
  if (!holds(key_offset, uint64_t{key_size} + value_size)) return Outcome::corrupt;
  const char* stored = reinterpret_cast<const char*>(memory_) + key_offset;
  if (!holds_key(stored, query, key)) return Outcome::none;
  record->key = {stored, key_size};
  record->value = {stored + key_size, value_size};
  return Outcome::found;
}

}  // namespace relayrules::runtime
