// The functions of relayrules.h that hand out and carry out environment edits.
// They read the chain of the result again, chunk by chunk; rr_lookup has checked it, but the file is mapped shared, so
// an unknown chunk simply ends the edits here. Invariant: nothing is applied for a client that a rule does not allow.
#include <cstdlib>

#include "relayrules/relayrules.h"
#include "value.hpp"

using namespace relayrules::runtime;

namespace {

bool is_settable(Bytes name) { return name.size != 0 && memchr(name.data, '=', name.size) == nullptr; }

/// setenv wants a name that ends in NUL; in the chain it ends in '='.
bool set_variable(Bytes name, const char* value) {
  char* terminated = strndup(name.data, name.size);
  if (terminated == nullptr) return false;
  const bool done = setenv(terminated, value, 1) == 0;
  free(terminated);
  return done;
}

bool apply(const rr_env_edit& edit) {
  const Bytes name{edit.name, edit.name_len};
  if (!is_settable(name)) return true;
  if (edit.value != nullptr) return set_variable(name, edit.value);
  return unsetenv(edit.name) == 0;  // an unset name runs to the NUL of its chunk
}

}  // namespace

int rr_env_next(const rr_result* result, size_t* cursor, rr_env_edit* edit) {
  if (result == nullptr || cursor == nullptr || edit == nullptr) return 0;
  if (result->size != sizeof *result || edit->size != sizeof *edit) return 0;
  Chunk chunk;
  while (next_chunk({result->env, result->env_len}, cursor, &chunk)) {
    if (chunk.kind == Chunk::Kind::unknown) return 0;
    if (chunk.kind == Chunk::Kind::deny) continue;
    *edit = {sizeof *edit, chunk.name.data, chunk.name.size, chunk.value.data, chunk.value.size};
    return 1;
  }
  return 0;
}

rr_status rr_apply_env(const rr_result* result) {
  if (!rr_permits(result, RR_ALLOW)) return RR_BAD_ARGUMENT;
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  size_t cursor = 0;
  while (rr_env_next(result, &cursor, &edit)) {
    if (!apply(edit)) return RR_SYSTEM;
  }
  return RR_OK;
}
