// Whom a grant is of use to, and opening and closing stores: from the text that names one to a handle. Looking up is in
// grant_read.cpp, writing in grant_keep.cpp, both for Redis in grant_redis.cpp.
#include "relayrules/grants.h"

#include <cstdlib>

#include "grant_handle.hpp"
#include "network.hpp"

using namespace relayrules::runtime;

namespace {

constexpr Bytes relay_ctrl = literal("relay-ctrl:");

rr_status check_options(const rr_grants_options& options, rr_reason* reason) {
  if (options.size != sizeof options) return explain(reason, RR_BAD_ARGUMENT, "options of another version");
  if (options.seconds < 0 || options.seconds > 86400)
    return explain(reason, RR_BAD_ARGUMENT, "a period of %ld seconds is not from 1 to 86400", options.seconds);
  if (options.ipv6_bits < 48 || options.ipv6_bits > 128)
    return explain(reason, RR_BAD_ARGUMENT, "%u bits of an IPv6 address are not from 48 to 128", options.ipv6_bits);
  if (options.per_user > 64)
    return explain(reason, RR_BAD_ARGUMENT, "%u addresses for a user are more than 64", options.per_user);
  Bytes wrong;
  if (options.never != nullptr && !is_network_list({options.never, strlen(options.never)}, &wrong))
    return explain(reason, RR_BAD_ARGUMENT, "'%.*s' is no address and no network such as 192.0.2.0/24",
                   wrong.size > 100 ? 100 : static_cast<int>(wrong.size), wrong.data);
  return RR_OK;
}

void destroy(rr_grants* grants) {
  free(grants->redis);
  free(grants->path);
  free(grants->never);
  free(grants);
}

/// Redis keeps no count: its own limit of memory is what holds.
rr_status open_redis(const char* name, rr_grants* made, rr_reason* reason) {
  const rr_grants_options standard = RR_GRANTS_OPTIONS_INIT;
  const auto counts = [](unsigned wanted, unsigned usual) { return wanted != 0 && wanted != usual; };
  if (counts(made->options.per_user, standard.per_user) || counts(made->options.in_total, standard.in_total))
    return explain(reason, RR_BAD_ARGUMENT,
                   "Redis does not count the grants of a user, or all: limit its memory (maxmemory) instead");
  made->path[strcspn(made->path, "?")] = '\0';
  made->redis = static_cast<RedisStore*>(calloc(1, sizeof(RedisStore)));
  if (made->redis == nullptr) return explain(reason, RR_SYSTEM, "out of memory");
  return read_redis_url(name, made->redis, reason);
}

/// A handle without a folder; null if there is no memory.
rr_grants* create(StoreKind kind, const char* path, const rr_grants_options& options) {
  auto* made = static_cast<rr_grants*>(calloc(1, sizeof(rr_grants)));
  if (made == nullptr) return nullptr;
  *made = {kind, -1, strdup(path), options.never == nullptr ? nullptr : strdup(options.never), options, nullptr};
  if (made->path != nullptr && (made->never != nullptr || options.never == nullptr)) return made;
  destroy(made);
  return nullptr;
}

}  // namespace

int rr_may_be_granted(const rr_result* rules, rr_verdict on_nomatch) {
  if (rr_permits(rules, on_nomatch) == 0 || (number_of(rules->verdict) == RR_ALLOW && rules->relay != 0)) return 0;
  // of several edits the last counts, as in the client's environment
  bool is_out = false;
  size_t cursor = 0;
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  while (number_of(rules->verdict) == RR_ALLOW && rr_env_next(rules, &cursor, &edit) != 0) {
    if (equal({edit.name, edit.name_len}, literal("RELAYGRANT")))
      is_out = edit.value != nullptr && equal({edit.value, edit.value_len}, literal("no"));
  }
  return is_out ? 0 : 1;
}

rr_status rr_grants_open(const char* name, const rr_grants_options* options, rr_grants** grants, rr_reason* reason) {
  if (grants == nullptr) return RR_BAD_ARGUMENT;
  *grants = nullptr;
  if (name == nullptr) return explain(reason, RR_BAD_ARGUMENT, "no store of grants is named");
  const rr_grants_options standard = RR_GRANTS_OPTIONS_INIT;
  if (options == nullptr) options = &standard;
  rr_status status = check_options(*options, reason);
  if (status != RR_OK) return status;
  const bool is_own = strncmp(name, relay_ctrl.data, relay_ctrl.size) != 0;
  const StoreKind kind = is_own ? StoreKind::own : StoreKind::relay_ctrl;
  rr_grants* made = create(kind, is_own ? name : name + relay_ctrl.size, *options);
  if (made == nullptr) return explain(reason, RR_SYSTEM, "out of memory");
  status = is_redis_url(name) ? open_redis(name, made, reason) : open_folder(made->path, kind, &made->fd, reason);
  if (status == RR_OK)
    *grants = made;
  else
    destroy(made);
  return status;
}

void rr_grants_close(rr_grants* grants) {
  if (grants == nullptr) return;
  if (grants->fd >= 0) close(grants->fd);
  destroy(grants);
}
