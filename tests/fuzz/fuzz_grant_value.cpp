// Whoever can write to Redis writes the values of grants, Dovecot among them.
// Invariant: what was read holds for a day at most, its names are one word each, and written again it is read as the
// same.
#include <cstdint>
#include <cstring>

#include "require.hpp"
#include "runtime/grant_record.hpp"

using namespace relayrules::runtime;

namespace {

bool is_word(const char* text, size_t room) {
  const size_t size = strnlen(text, room);
  for (size_t i = 0; i < size; ++i) {
    if (text[i] <= ' ' || text[i] > '~') return false;
  }
  return size < room;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rr_grant grant = RR_GRANT_INIT;
  if (!read_value({reinterpret_cast<const char*>(data), size}, 900, &grant)) return 0;
  core::require(grant.time >= 0 && grant.expires >= grant.time && grant.expires <= grant.time + 86400, "a day at most");
  core::require(is_word(grant.user, sizeof grant.user) && is_word(grant.service, sizeof grant.service), "words");
  char text[longest_record];
  const size_t written = write_value(grant, text);
  core::require(written < sizeof text, "there is room");
  rr_grant again = RR_GRANT_INIT;
  core::require(read_value({text, written}, 1, &again), "what was written is read");
  core::require(again.time == grant.time && again.expires == grant.expires, "the times");
  core::require(strcmp(again.user, grant.user) == 0 && strcmp(again.service, grant.service) == 0, "the names");
  return 0;
}
