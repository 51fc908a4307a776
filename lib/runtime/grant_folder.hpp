// Opens the folder of a store, and says whether others could write to it.
// Invariant: the path is walked from `/`, folder by folder, and each is looked at through the descriptor that the next
// is opened from. So what was looked at is what is used, whoever renames meanwhile.
#pragma once

#include <sys/stat.h>

#include "reason.hpp"

namespace relayrules::runtime {

enum class StoreKind { own, relay_ctrl };

/// Opens the folder `path` for calls that take a name in it (O_PATH), if it is safe by convention 3 of grants.h.
rr_status open_folder(const char* path, StoreKind kind, int* fd, rr_reason* reason);

/// Looks again at a folder that was opened, which may have got another mode or owner, or be gone.
rr_status recheck_folder(int fd, const char* path, StoreKind kind, struct stat* status, rr_reason* reason);

}  // namespace relayrules::runtime
