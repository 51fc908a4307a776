// Asks the store; grant.hpp has the contract.
#include "grant.hpp"

#include <ctime>

#include "message.hpp"

namespace relayrules::env {

namespace {

void say_no_grant(const rr_reason& reason) {
  Text text;
  text.add("no grants: ").add_first_line(bytes_of(reason.text));
  say(text);
}

}  // namespace

bool has_edit(const Decision& decision, Bytes name) {
  size_t cursor = 0;
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  while (rr_env_next(&decision.result, &cursor, &edit) != 0) {
    if (equal({edit.name, edit.name_len}, name)) return true;
  }
  return false;
}

bool is_granted(const GrantOptions& options, const Connection& connection, const Decision& decision, rr_grant* grant) {
  if (options.store == nullptr || rr_may_be_granted(&decision.result, RR_ALLOW) == 0) return false;
  rr_reason reason = RR_REASON_INIT;
  rr_grants_options open_options = RR_GRANTS_OPTIONS_INIT;
  open_options.never = options.never;
  open_options.seconds = options.seconds;
  open_options.ipv6_bits = options.ipv6_bits;
  rr_grants* store = nullptr;
  const rr_client client = client_of(connection);
  rr_status status = rr_grants_open(options.store, &open_options, &store, &reason);
  if (status == RR_OK) status = rr_grants_lookup(store, &client, time(nullptr), grant, &reason);
  rr_grants_close(store);
  if (status == RR_OK) return grant->state == RR_GRANT_VALID;
  say_no_grant(reason);
  return false;
}

}  // namespace relayrules::env
