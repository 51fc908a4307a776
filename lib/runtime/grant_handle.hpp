// The handle behind rr_grants, and what its parts promise each other: reading (grant_read.cpp), keeping
// (grant_keep.cpp) and the lock (grant_lock.cpp); for Redis all is in grant_redis.cpp. Nothing in a handle changes
// after it was opened, so threads share it.
//
// The files of an own store: one of its address for each grant; `.lock`, which writers hold, with the number of grants
// in it; `.users/`, a file for each user's addresses; `.new-*`, records that have no name yet.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "address.hpp"
#include "grant_folder.hpp"
#include "redis_url.hpp"

/// What grants.h calls rr_grants.
struct rr_grants {
  relayrules::runtime::StoreKind kind;
  int fd;                                  ///< of the folder, or -1
  char* path;                              ///< of the folder, or of the server; for messages
  char* never;                             ///< or null
  rr_grants_options options;               ///< its own `never` is of no use
  relayrules::runtime::RedisStore* redis;  ///< or null: a folder
};

namespace relayrules::runtime {

/// Why an address is never granted: convention 5 of grants.h.
bool is_never_granted(const rr_grants& grants, const Address& address);

/// The longest period that is believed, or that of a store without any.
long long period_of(const rr_grants& grants);

/// Shortens a grant to the longest period that is believed.
void believe_at_most(const rr_grants& grants, rr_grant* grant);

/// Reads the file `name` of the store, whose folder is as `folder`, and finds out what it grants at `now`.
/// RR_OK with RR_GRANT_NONE: it does not exist.
rr_status read_grant(const rr_grants& grants, const struct stat& folder, const char* name, long long now,
                     rr_grant* grant, rr_reason* reason);

/// Calls `visit(name)` for each name in the folder `name` of the store ("." is the store itself), but for `.` and `..`,
/// until it is false. False and errno if the folder cannot be read.
template <typename Visit>
bool each_name(const rr_grants& grants, const char* name, const Visit& visit) {
  const int fd = openat(grants.fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR* folder = fd < 0 ? nullptr : fdopendir(fd);
  if (folder == nullptr) {
    if (fd >= 0) close(fd);
    return false;
  }
  errno = 0;
  for (const dirent* entry = readdir(folder); entry != nullptr; errno = 0, entry = readdir(folder)) {
    const bool is_itself = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (!is_itself && !visit(static_cast<const char*>(entry->d_name))) break;
  }
  const int error = errno;
  closedir(folder);
  errno = error;
  return error == 0;
}

/// Holds the store against other writers, as long as it lives.
class StoreLock {
 public:
  StoreLock() = default;
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;
  ~StoreLock() { release(); }

  /// Takes the lock. RR_BUSY after options.wait_ms.
  rr_status take(const rr_grants& grants, const struct stat& folder, rr_reason* reason);
  void release();

  long long count = 0;   ///< grants in the store, expired ones among them
  long long purged = 0;  ///< when it was last purged
  /// Writes both.
  bool write() const;

 private:
  int fd_ = -1;
};

/// Gives a file that root made to the store's owner. False and errno.
bool give_to_owner(const struct stat& folder, int fd);

}  // namespace relayrules::runtime
