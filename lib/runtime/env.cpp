// The functions of relayrules.h about the environment: who the client is, and the edits that a rule asks for.
// They read the chain of the result again, chunk by chunk; rr_lookup has checked it, but the file is mapped shared, so
// an unknown chunk simply ends the edits here. Invariant: nothing is applied for a client that a rule does not allow.
#include <cstdlib>

#include "relayrules/relayrules.h"
#include "value.hpp"

using namespace relayrules::runtime;

namespace {

bool is_settable(Bytes name) { return name.size != 0 && memchr(name.data, '=', name.size) == nullptr; }

/// setenv wants a name that ends in NUL; in the chain it ends in '='. Nonzero on failure.
int set_variable(const rr_env_edit* edit, void*) {
  char* name = strndup(edit->name, edit->name_len);
  if (name == nullptr) return -1;
  const int failed = edit->value != nullptr ? setenv(name, edit->value, 1) : unsetenv(name);
  free(name);
  return failed;
}

/// A variable that is set to something.
Bytes told_by(const char* name) {
  const char* value = getenv(name);
  return value == nullptr || *value == '\0' ? Bytes{} : Bytes{value, strlen(value)};
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

rr_status rr_each_edit(const rr_result* result, rr_edit_function apply, void* data) {
  if (apply == nullptr || !rr_permits(result, RR_ALLOW)) return RR_BAD_ARGUMENT;
  rr_env_edit edit = {sizeof edit, relay_variable.data, relay_variable.size, nullptr, 0};
  if (apply(&edit, data) != 0) return RR_SYSTEM;
  for (size_t cursor = 0; rr_env_next(result, &cursor, &edit);) {
    if (is_settable({edit.name, edit.name_len}) && apply(&edit, data) != 0) return RR_SYSTEM;
  }
  return RR_OK;
}

rr_status rr_apply_env(const rr_result* result) { return rr_each_edit(result, set_variable, nullptr); }

rr_status rr_client_from_env(rr_client* client) {
  if (client == nullptr || client->size != sizeof *client) return RR_BAD_ARGUMENT;
  const Bytes ip = told_by("TCPREMOTEIP");
  const Bytes host = told_by("TCPREMOTEHOST");
  const Bytes info = told_by("TCPREMOTEINFO");
  *client = {sizeof *client, RR_TEXT, ip.data, ip.size, host.data, host.size, info.data, info.size};
  return ip.present() ? RR_OK : RR_BAD_ADDRESS;
}

int rr_admit(const char* path, rr_verdict on_nomatch, rr_status* status) {
  rr_db* db = nullptr;
  rr_client client = RR_CLIENT_INIT;
  rr_result result = RR_RESULT_INIT;
  rr_status came = rr_open(path, nullptr, &db);
  if (came == RR_OK) came = rr_client_from_env(&client);
  if (came == RR_OK) came = rr_lookup(db, &client, &result);
  int is_admitted = came == RR_OK && rr_permits(&result, on_nomatch);
  if (is_admitted) came = rr_apply_env(&result);
  is_admitted = is_admitted && came == RR_OK;
  rr_result_release(&result);
  rr_close(db);
  if (status != nullptr) *status = came;
  return is_admitted;
}
