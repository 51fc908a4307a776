// Why a call failed, in words: what grants.h hands out as rr_reason.
#pragma once

#include "relayrules/grants.h"

namespace relayrules::runtime {

/// Writes the words into *reason, unless that is null, and returns `status`. What is not printable becomes '?'; errno
/// stays.
[[gnu::format(printf, 3, 4)]] rr_status explain(rr_reason* reason, rr_status status, const char* format, ...);

/// The same for RR_SYSTEM: "cannot ACTION 'WHAT': " and the words for errno.
rr_status explain_system(rr_reason* reason, const char* action, const char* what);

}  // namespace relayrules::runtime
