// The search for one key in a mapped CDB file; map.hpp says what it promises.
// Layout: 256 pairs {table offset, slots}; records {key length, value length, key, value}; tables of slots
// {hash, record offset}. Hash & 255 selects the table, hash >> 8 the first slot; the search goes on, around the end, to
// an empty slot.
// Invariant: a search ends after as many steps as the table has slots that lie within the file, whatever the file says.
#include "map.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace relayrules::runtime {

namespace {

constexpr uint32_t header_size = 2048;
constexpr uint32_t pair_size = 8;

bool equal_lower(const char* stored, Bytes asked) {
  for (size_t i = 0; i < asked.size; ++i) {
    if (stored[i] != to_lower(asked.data[i])) return false;
  }
  return true;
}

/// `stored` has as many bytes as the key.
bool holds_key(const char* stored, const Key& key) {
  if (!equal({stored, key.head.size}, key.head)) return false;
  stored += key.head.size;
  if (!equal({stored, key.middle.size}, key.middle)) return false;
  stored += key.middle.size;
  return key.lower_tail ? equal_lower(stored, key.tail) : equal({stored, key.tail.size}, key.tail);
}

}  // namespace

bool Map::open(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return false;
  if (status.st_size == 0) {
    errno = EINVAL;
    return false;
  }
  return cdb_init(&cdb_, fd) == 0;
}

void Map::close() {
  cdb_free(&cdb_);
}

bool Map::is_whole() const {
  for (uint32_t at = 0; at < header_size; at += pair_size) {
    const uint32_t table = load_word(cdb_.cdb_mem + at);
    const uint32_t count = load_word(cdb_.cdb_mem + at + 4);
    if (table < header_size || !holds(table, uint64_t{count} * pair_size)) return false;
  }
  return true;
}

Slots Map::slots(uint32_t hash) const {
  const unsigned char* pair = cdb_.cdb_mem + (hash & 255) * pair_size;
  const uint32_t count = load_word(pair + 4);
  if (count == 0) return {};
  return {load_word(pair), count, (hash >> 8) % count};
}

void Map::prefetch(const Slots& slots) const {
  const uint64_t offset = slots.table + uint64_t{slots.start} * pair_size;
  if (slots.count != 0 && holds(offset, pair_size)) __builtin_prefetch(cdb_.cdb_mem + offset);
}

Outcome Map::find(const Key& key, const Slots& slots, Record* record) const {
  uint32_t slot = slots.start;
  for (uint32_t seen = 0; seen < slots.count; ++seen) {
    const uint64_t offset = slots.table + uint64_t{slot} * pair_size;
    if (!holds(offset, pair_size)) return Outcome::corrupt;
    const uint32_t record_offset = load_word(cdb_.cdb_mem + offset + 4);
    if (record_offset == 0) return Outcome::none;
    if (load_word(cdb_.cdb_mem + offset) == key.hash) {
      const Outcome outcome = compare(key, record_offset, record);
      if (outcome != Outcome::none) return outcome;
    }
    if (++slot == slots.count) slot = 0;
  }
  return Outcome::none;
}

Outcome Map::compare(const Key& key, uint32_t offset, Record* record) const {
  if (!holds(offset, pair_size)) return Outcome::corrupt;
  const uint32_t key_size = load_word(cdb_.cdb_mem + offset);
  const uint32_t value_size = load_word(cdb_.cdb_mem + offset + 4);
  if (key_size != key.size()) return Outcome::none;
  const uint64_t key_offset = uint64_t{offset} + pair_size;
  if (!holds(key_offset, uint64_t{key_size} + value_size)) return Outcome::corrupt;
  const char* stored = reinterpret_cast<const char*>(cdb_.cdb_mem) + key_offset;
  if (!holds_key(stored, key)) return Outcome::none;
  record->key = {stored, key_size};
  record->value = {stored + key_size, value_size};
  return Outcome::found;
}

}  // namespace relayrules::runtime
