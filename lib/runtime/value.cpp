// Reads the value of a record; value.hpp says what it promises. `D` denies, `+NAME=VALUE` sets, `-NAME` unsets.
// Invariant: the name of a set ends at its first '=', so it never contains one. An unset name runs to the NUL and may.
// Compat: ucspi-tcp 0.88 looks at the first byte of a chunk only, so "Dxyz" denies; the unset is IndiMail's.
#include "value.hpp"

namespace relayrules::runtime {

namespace {

Chunk parse_chunk(Bytes text) {
  if (text.size == 0) return {};
  const Bytes rest = text.from(1);
  if (text.data[0] == 'D') return {Chunk::Kind::deny, {}, {}};
  if (text.data[0] == '-') return {Chunk::Kind::unset, rest, {}};
  if (text.data[0] != '+' || rest.size == 0) return {};
  const void* equals = memchr(rest.data, '=', rest.size);
  if (equals == nullptr) return {};
  const size_t name_size = static_cast<size_t>(static_cast<const char*>(equals) - rest.data);
  return {Chunk::Kind::set, rest.first(name_size), rest.from(name_size + 1)};
}

}  // namespace

bool next_chunk(Bytes value, size_t* cursor, Chunk* chunk) {
  if (*cursor >= value.size) return false;
  const Bytes rest = value.from(*cursor);
  const void* end = memchr(rest.data, '\0', rest.size);
  if (end == nullptr) return false;
  const size_t size = static_cast<size_t>(static_cast<const char*>(end) - rest.data);
  *chunk = parse_chunk(rest.first(size));
  *cursor += size + 1;
  return true;
}

bool read_value(Bytes value, Meaning* meaning) {
  size_t cursor = 0;
  Chunk chunk;
  *meaning = {};
  while (next_chunk(value, &cursor, &chunk)) {
    if (chunk.kind == Chunk::Kind::unknown) return false;
    if (chunk.kind == Chunk::Kind::deny)
      meaning->deny = true;
    else if (equal(chunk.name, relay_variable))
      meaning->relay = chunk.kind == Chunk::Kind::set;
  }
  if (meaning->deny) meaning->relay = false;
  return cursor == value.size;
}

}  // namespace relayrules::runtime
