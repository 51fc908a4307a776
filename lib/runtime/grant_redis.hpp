// The store in Redis: what grants.h promises of a store, with a key for each address, which the server itself forgets
// when the grant has expired. The calls of grants.h have looked at their arguments before.
// Invariant: the server's own expiry only saves room. Whether a grant holds is found out by the time in its value.
#pragma once

#include "grant_handle.hpp"

namespace relayrules::runtime {

/// Looks for a grant of the address, within the store's timeout.
rr_status look_in_redis(const rr_grants& grants, const Address& address, long long now, rr_grant* grant,
                        rr_reason* reason);

/// Records it, within options.wait_ms.
rr_status add_to_redis(const rr_grants& grants, const rr_grant& grant, rr_reason* reason);

/// Those that walk through all keys wait for each answer up to options.wait_ms.
rr_status each_in_redis(const rr_grants& grants, long long now, rr_grants_visit visit, void* data, rr_reason* reason);
rr_status revoke_address_in_redis(const rr_grants& grants, const Address& address, size_t* removed, rr_reason* reason);
rr_status revoke_user_in_redis(const rr_grants& grants, const char* user, size_t* removed, rr_reason* reason);
rr_status purge_redis(const rr_grants& grants, long long now, size_t* removed, rr_reason* reason);

}  // namespace relayrules::runtime
