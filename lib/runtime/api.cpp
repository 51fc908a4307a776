// The functions of relayrules.h that open, ask and close. Environment edits are in env.cpp.
// Here C becomes C++: arguments are checked, a lookup is put together from its steps (client -> query -> record ->
// meaning), and the answer is written into the caller's struct. Invariant: a result is made a denying one before
// anything else happens, and changes only as the last step of success.
#include <cerrno>
#include <cstdlib>

#include "client.hpp"
#include "handle.hpp"
#include "lookup.hpp"
#include "relayrules/relayrules.h"
#include "value.hpp"

using namespace relayrules::runtime;

namespace {

/// Leaves the size alone: it is the caller's.
void clear(rr_result* result) {
  const size_t size = result->size;
  *result = RR_RESULT_INIT;
  result->size = size;
}

rr_status answer(const Map& map, const Query& query, rr_result* result) {
  Record record;
  const Outcome outcome = find_first(map, query, &record);
  if (outcome == Outcome::corrupt) return RR_CORRUPT;
  if (outcome == Outcome::none) {
    result->verdict = RR_NOMATCH;
    return RR_OK;
  }
  Meaning meaning;
  if (!read_value(record.value, &meaning)) return RR_FOREIGN;
  result->verdict = meaning.deny ? RR_DENY : RR_ALLOW;
  result->relay = meaning.relay;
  result->key = record.key.data;
  result->key_len = record.key.size;
  result->env = record.value.data;
  result->env_len = record.value.size;
  return RR_OK;
}

/// False if the options are none that this library knows.
bool read_options(const rr_options* options, rr_scheme* scheme) {
  *scheme = RR_TCPSERVER;
  if (options == nullptr) return true;
  if (options->size != sizeof *options) return false;
  const int number = number_of(options->scheme);
  if (number < RR_TCPSERVER || number > RR_UCSPI_TCP6) return false;
  *scheme = options->scheme;
  return true;
}

/// Takes over `path`.
rr_status make_handle(RuleFile& file, rr_scheme scheme, char* path, rr_db** db) {
  *db = rr_db::create(file, scheme, path);
  if (*db != nullptr) return RR_OK;
  file.map.close();
  free(path);
  return RR_SYSTEM;
}

}  // namespace

rr_status rr_open(const char* path, const rr_options* options, rr_db** db) {
  if (db == nullptr) return RR_BAD_ARGUMENT;
  *db = nullptr;
  rr_scheme scheme;
  if (path == nullptr || !read_options(options, &scheme)) return RR_BAD_ARGUMENT;
  RuleFile file;
  const rr_status status = load_rule_file(path, &file);
  if (status != RR_OK) return status;
  char* kept = strdup(path);
  if (kept != nullptr) return make_handle(file, scheme, kept, db);
  file.map.close();
  return RR_SYSTEM;
}

rr_status rr_open_fd(int fd, const rr_options* options, rr_db** db) {
  if (db == nullptr) return RR_BAD_ARGUMENT;
  *db = nullptr;
  rr_scheme scheme;
  if (!read_options(options, &scheme)) return RR_BAD_ARGUMENT;
  RuleFile file;
  const rr_status status = load_rule_file(fd, &file);
  return status == RR_OK ? make_handle(file, scheme, nullptr, db) : status;
}

void rr_close(rr_db* db) {
  if (db != nullptr) db->close();
}

rr_status rr_lookup(rr_db* db, const rr_client* client, rr_result* result) {
  if (result == nullptr) return RR_BAD_ARGUMENT;
  clear(result);
  CheckedClient checked;
  if (db == nullptr || result->size != sizeof *result) return RR_BAD_ARGUMENT;
  rr_status status = check_client(client, db->scheme(), &checked);
  if (status != RR_OK) return status;
  Snapshot* snapshot = db->pin();
  status = answer(snapshot->file.map, checked.query, result);
  if (result->key == nullptr) {
    db->unpin(snapshot);
    return status;
  }
  result->reserved_[0] = db;
  result->reserved_[1] = snapshot;
  return status;
}

void rr_result_release(rr_result* result) {
  if (result == nullptr || result->size != sizeof *result) return;
  auto* db = static_cast<rr_db*>(const_cast<void*>(result->reserved_[0]));
  auto* snapshot = static_cast<Snapshot*>(const_cast<void*>(result->reserved_[1]));
  clear(result);
  if (db != nullptr) db->unpin(snapshot);
}

int rr_permits(const rr_result* result, rr_verdict on_nomatch) {
  if (result == nullptr || result->size != sizeof *result) return 0;
  const int verdict = number_of(result->verdict);
  return verdict == RR_NOMATCH ? on_nomatch == RR_ALLOW : verdict == RR_ALLOW;
}

int rr_is_stale(rr_db* db) {
  if (db == nullptr || db->path() == nullptr) return 0;
  FileIdentity identity;
  return !identify(db->path(), &identity) || db->differs(identity);
}

rr_status rr_refresh(rr_db* db, int* changed) {
  bool is_new = false;
  if (changed != nullptr) *changed = 0;
  if (db == nullptr || db->path() == nullptr) return RR_BAD_ARGUMENT;
  const rr_status status = db->refresh(&is_new);
  if (changed != nullptr) *changed = is_new;
  return status;
}

const char* rr_strerror(rr_status status) {
  switch (status) {
    case RR_OK: return "no error";
    case RR_SYSTEM: return "the system refused the file or the memory";
    case RR_CORRUPT: return "the file is damaged or no CDB";
    case RR_FOREIGN: return "the record was not written by tcprules";
    case RR_BAD_ARGUMENT: return "the call was given a bad argument";
    case RR_BAD_ADDRESS: return "the client's address is no IP address";
    case RR_BUSY: return "others are at it, or too many old files are held by results";
    case RR_UNSAFE: return "others than its owner can write to the store of grants";
    case RR_REFUSED: return "this address, this user or this store gets no grant";
  }
  return "unknown status";
}

const char* rr_errmsg(rr_status status, char* buffer, size_t size) {
  const char* text = status == RR_SYSTEM ? strerror(errno) : rr_strerror(status);
  if (text == nullptr) text = rr_strerror(status);
  if (buffer == nullptr || size == 0) return rr_strerror(status);
  const size_t length = strlen(text) < size ? strlen(text) : size - 1;
  memcpy(buffer, text, length);
  buffer[length] = '\0';
  return buffer;
}

const char* rr_version() { return RELAYRULES_VERSION; }
