// What the value of a record means: a chain of chunks, each ended by NUL.
// Used by api.cpp after a record was found, and by env.cpp to hand out the edits one by one.
// Invariant: a value that is not understood to its last byte means nothing at all. tcpserver skips what it does not
// know, which turns the deny of another program's file into an allow.
#pragma once

#include "bytes.hpp"

namespace relayrules::runtime {

/// One chunk of a value.
struct Chunk {
  enum class Kind { deny, set, unset, unknown };
  Kind kind = Kind::unknown;
  Bytes name;   ///< set, unset
  Bytes value;  ///< set; ended by NUL
};

/// The meaning of a whole value.
struct Meaning {
  bool deny = false;
  bool relay = false;  ///< RELAYCLIENT is set when all edits are done, and nothing denies
};

/// Takes the next chunk off the value and moves *cursor behind it. False at the end, and if the rest has no NUL.
bool next_chunk(Bytes value, size_t* cursor, Chunk* chunk);

/// Reads a whole value. False if any part of it is unknown.
bool read_value(Bytes value, Meaning* meaning);

/// What lets a client relay, whatever its value.
inline constexpr Bytes relay_variable = literal("RELAYCLIENT");

}  // namespace relayrules::runtime
