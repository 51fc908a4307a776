// Which addresses a user has, so that he can have no more than a few: `.users/` in the store, a file for each user,
// named after a hash of his name, with a line "EXPIRES ADDRESS" for each address. Only caps stand on it: what is
// granted, and to whom, stands in the records. What writes is called with the store's lock held.
#pragma once

#include "grant_handle.hpp"

namespace relayrules::runtime {

/// Adds the grant to those of its user, if he may have one more. RR_REFUSED if not. A user without a name has no limit.
rr_status count_for_user(const rr_grants& grants, const struct stat& folder, const rr_grant& grant, long long now,
                         rr_reason* reason);

/// Whether nothing in this file of `.users/` holds any more. Without the lock that may change at once.
bool is_idle_user(const rr_grants& grants, const char* name, long long now);

/// Removes this file if it is idle.
void remove_idle_user(const rr_grants& grants, const char* name, long long now);

}  // namespace relayrules::runtime
