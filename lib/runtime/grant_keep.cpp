// Writes to a store: records, revocations, purging. grants.h has the contracts.
// Invariant: a record is complete and on the disk before it has the name under which it is looked for, and what is
// removed was read with the store's lock held. To know a file again by its inode is not enough: a new one gets the
// number of one that is gone.
#include <cstdio>
#include <ctime>

#include "client.hpp"
#include "grant_handle.hpp"
#include "grant_record.hpp"
#include "grant_redis.hpp"
#include "grant_users.hpp"
#include "network.hpp"

using namespace relayrules::runtime;

namespace {

constexpr long long seconds_between_purges = 60;
constexpr char new_prefix[] = ".new-";

/// Lets those read the record who can look into the folder.
bool fit_into(const struct stat& folder, int fd) {
  const mode_t group = (folder.st_mode & S_IXGRP) != 0 ? S_IRGRP : 0;
  const mode_t others = (folder.st_mode & S_IXOTH) != 0 ? S_IROTH : 0;
  return give_to_owner(folder, fd) && fchmod(fd, S_IRUSR | S_IWUSR | group | others) == 0;
}

/// A record without its name. It is removed unless it was put in its place.
class NewFile {
 public:
  explicit NewFile(const rr_grants& grants) : grants_(grants) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    const int error = errno;
    if (is_there_) unlinkat(grants_.fd, name_, 0);
    errno = error;
  }

  /// Writes it, down to the disk. False and errno.
  bool write(const struct stat& folder, const char* text, size_t size) {
    const int fd = create();
    if (fd < 0) return false;
    const ssize_t written = ::write(fd, text, size);
    if (written >= 0 && written < static_cast<ssize_t>(size)) errno = ENOSPC;
    const bool is_whole = written == static_cast<ssize_t>(size) && fit_into(folder, fd) && fsync(fd) == 0;
    const int error = errno;
    const bool is_closed = close(fd) == 0;
    if (!is_whole) errno = error;
    return is_whole && is_closed;
  }

  bool put(const char* name) {
    if (renameat(grants_.fd, name_, grants_.fd, name) != 0) return false;
    is_there_ = false;
    return true;
  }

 private:
  int create() {
    for (int attempt = 0; attempt < 100; ++attempt) {
      timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      snprintf(name_, sizeof name_, "%s%ld-%ld.%09ld", new_prefix, static_cast<long>(getpid()),
               static_cast<long>(now.tv_sec), now.tv_nsec);
      const int fd = openat(grants_.fd, name_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
      is_there_ = fd >= 0;
      if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
  }

  const rr_grants& grants_;
  char name_[80];
  bool is_there_ = false;
};

/// Makes the names of the folder durable.
bool sync_folder(const rr_grants& grants) {
  const int fd = openat(grants.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = fsync(fd) == 0;
  const int error = errno;
  close(fd);
  errno = error;
  return done;
}

bool exists(const rr_grants& grants, const char* name, struct stat* status) {
  return fstatat(grants.fd, name, status, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Room for one more, by the lock's count. A full store is purged first, not more often than once a minute.
rr_status find_room(rr_grants* grants, const struct stat& folder, long long now, StoreLock* lock, rr_reason* reason) {
  const unsigned most = grants->options.in_total;
  if (most == 0 || lock->count < most) return RR_OK;
  const bool is_due = now < lock->purged || now - lock->purged >= seconds_between_purges;
  if (is_due) {
    lock->purged = now;
    if (!lock->write()) return explain_system(reason, "count the grants in", grants->path);
    lock->release();
    size_t removed = 0;
    rr_status status = rr_grants_purge(grants, now, &removed, reason);
    if (status == RR_OK) status = lock->take(*grants, folder, reason);
    if (status != RR_OK || lock->count < most) return status;
  }
  return explain(reason, RR_REFUSED, "'%s' is full: it holds %lld grants", grants->path, lock->count);
}

/// Gives the record its name, with the lock held.
rr_status place(rr_grants* grants, const struct stat& folder, const rr_grant& grant, long long now, NewFile* file,
                rr_reason* reason) {
  char name[longest_grant_address];
  write_file_name(grant.address, name);
  StoreLock lock;
  struct stat old;
  rr_status status = lock.take(*grants, folder, reason);
  if (status == RR_OK && !exists(*grants, name, &old)) {
    status = find_room(grants, folder, now, &lock, reason);
    lock.count += exists(*grants, name, &old) ? 0 : 1;
  }
  if (status == RR_OK) status = count_for_user(*grants, folder, grant, now, reason);
  if (status != RR_OK) return status;
  if (!lock.write()) return explain_system(reason, "count the grants in", grants->path);
  return file->put(name) ? RR_OK : explain_system(reason, "record a grant in", grants->path);
}

/// Fills *grant with what is to be recorded.
rr_status describe(const rr_grants& grants, const rr_client* client, const char* user, const char* service,
                   long long now, rr_grant* grant, rr_reason* reason) {
  Address address;
  const rr_status status = read_client_address(client, &address);
  if (status != RR_OK) return explain(reason, status, "%s", rr_strerror(status));
  write_grant_address(address, grants.options.ipv6_bits, grant->address);
  if (is_never_granted(grants, address)) return explain(reason, RR_REFUSED, "%s is never granted", grant->address);
  if (!write_name(user == nullptr ? "" : user, grant->user, sizeof grant->user))
    return explain(reason, RR_BAD_ARGUMENT, "the name of the user is longer than %zu bytes", sizeof grant->user - 1);
  if (!write_name(service == nullptr ? "" : service, grant->service, sizeof grant->service))
    return explain(reason, RR_BAD_ARGUMENT, "the name of the service is longer than %zu bytes",
                   sizeof grant->service - 1);
  grant->time = now;
  grant->expires = now + period_of(grants);
  return RR_OK;
}

/// Whether it can be written to; of a folder, what it is like.
rr_status check_writable(const rr_grants* grants, struct stat* folder, rr_reason* reason) {
  if (grants == nullptr) return explain(reason, RR_BAD_ARGUMENT, "there is no store of grants");
  if (grants->kind != StoreKind::own)
    return explain(reason, RR_BAD_ARGUMENT, "'relay-ctrl:%s' is only read; relay-ctrl's own programs write to it",
                   grants->path);
  if (grants->redis != nullptr) return RR_OK;
  return recheck_folder(grants->fd, grants->path, grants->kind, folder, reason);
}

/// Removes what lies under the name if it is still `unwanted`, asked with the lock held. False if it is not, or on
/// failure: then *status is not RR_OK.
template <typename Unwanted>
bool remove_file(const rr_grants& grants, const struct stat& folder, const char* name, rr_status* status,
                 rr_reason* reason, const Unwanted& unwanted) {
  StoreLock lock;
  *status = lock.take(grants, folder, reason);
  if (*status != RR_OK || !unwanted()) return false;
  if (unlinkat(grants.fd, name, 0) != 0) {
    if (errno != ENOENT) *status = explain_system(reason, "remove a grant from", grants.path);
    return false;
  }
  --lock.count;
  if (name[0] != '.' && !lock.write()) *status = explain_system(reason, "count the grants in", grants.path);
  return true;
}

/// Removes all for which wanted(name, grant, status of its reading) is true.
template <typename Wanted>
rr_status remove_if(const rr_grants& grants, const struct stat& folder, long long now, size_t* removed,
                    rr_reason* reason, const Wanted& wanted) {
  rr_status status = RR_OK;
  const bool is_read = each_name(grants, ".", [&](const char* name) {
    const auto unwanted = [&] {
      rr_grant grant;
      const rr_status found = read_grant(grants, folder, name, now, &grant, nullptr);
      const bool is_there = found != RR_OK || grant.state != RR_GRANT_NONE;
      return is_there && wanted(name, grant, found);
    };
    if (name[0] != '.' && unwanted() && remove_file(grants, folder, name, &status, reason, unwanted)) ++*removed;
    return status == RR_OK;
  });
  if (status == RR_OK && !is_read) status = explain_system(reason, "list the folder", grants.path);
  return status;
}

/// What writers left that were killed a minute ago or earlier.
void remove_abandoned(const rr_grants& grants, const struct stat& folder) {
  rr_status status = RR_OK;
  each_name(grants, ".", [&](const char* name) {
    const auto is_old = [&] {
      struct stat file;
      return exists(grants, name, &file) && file.st_mtime + 60 < time(nullptr);
    };
    if (strncmp(name, new_prefix, sizeof new_prefix - 1) == 0 && is_old())
      remove_file(grants, folder, name, &status, nullptr, is_old);
    return status == RR_OK;
  });
}

/// Users of whom nothing is left, and the number of grants, which a writer that was killed may have left wrong.
rr_status tidy(const rr_grants& grants, const struct stat& folder, long long now, rr_reason* reason) {
  rr_status status = RR_OK;
  each_name(grants, ".users", [&](const char* name) {
    if (!is_idle_user(grants, name, now)) return true;
    StoreLock lock;
    status = lock.take(grants, folder, reason);
    if (status == RR_OK) remove_idle_user(grants, name, now);
    return status == RR_OK;
  });
  StoreLock lock;
  if (status == RR_OK) status = lock.take(grants, folder, reason);
  if (status != RR_OK) return status;
  lock.count = 0;
  lock.purged = now;
  const bool is_read = each_name(grants, ".", [&](const char* name) {
    if (name[0] != '.') ++lock.count;
    return true;
  });
  return is_read && lock.write() ? RR_OK : explain_system(reason, "count the grants in", grants.path);
}

}  // namespace

rr_status rr_grants_add(rr_grants* grants, const rr_client* client, const char* user, const char* service,
                        long long now, rr_reason* reason) {
  struct stat folder;
  rr_grant grant = RR_GRANT_INIT;
  rr_status status = check_writable(grants, &folder, reason);
  if (status == RR_OK) status = describe(*grants, client, user, service, now, &grant, reason);
  if (status != RR_OK) return status;
  if (grants->redis != nullptr) return add_to_redis(*grants, grant, reason);
  char text[longest_record];
  const size_t size = write_record(grant, text);
  NewFile file(*grants);
  if (!file.write(folder, text, size)) return explain_system(reason, "record a grant in", grants->path);
  status = place(grants, folder, grant, now, &file, reason);
  if (status == RR_OK && !sync_folder(*grants)) status = explain_system(reason, "record a grant in", grants->path);
  return status;
}

rr_status rr_grants_revoke(rr_grants* grants, const rr_client* client, const char* user, size_t* removed,
                           rr_reason* reason) {
  struct stat folder;
  Address address;
  if (removed == nullptr || (client == nullptr) == (user == nullptr))
    return explain(reason, RR_BAD_ARGUMENT, "an address or a user is needed");
  *removed = 0;
  rr_status status = check_writable(grants, &folder, reason);
  if (status == RR_OK && client != nullptr) status = read_client_address(client, &address);
  if (status == RR_BAD_ADDRESS) return explain(reason, status, "%s", rr_strerror(status));
  if (status != RR_OK) return status;
  if (grants->redis != nullptr)
    return user != nullptr ? revoke_user_in_redis(*grants, user, removed, reason)
                           : revoke_address_in_redis(*grants, address, removed, reason);
  char own_name[longest_grant_address] = "";
  if (client != nullptr) write_grant_address(address, 128, own_name);
  return remove_if(*grants, folder, 0, removed, reason, [&](const char* name, const rr_grant& grant, rr_status found) {
    if (found != RR_OK) return strcmp(name, own_name) == 0;
    if (user != nullptr) return strcmp(user, grant.user) == 0;
    Address base;
    unsigned bits = 0;
    return read_grant_address(grant.address, &base, &bits) && share_prefix(base, address, bits);
  });
}

rr_status rr_grants_purge(rr_grants* grants, long long now, size_t* removed, rr_reason* reason) {
  struct stat folder;
  if (removed == nullptr) return explain(reason, RR_BAD_ARGUMENT, "no place for the number of grants");
  *removed = 0;
  rr_status status = check_writable(grants, &folder, reason);
  if (status != RR_OK) return status;
  if (grants->redis != nullptr) return purge_redis(*grants, now, removed, reason);
  status = remove_if(*grants, folder, now, removed, reason, [](const char*, const rr_grant& grant, rr_status found) {
    return found == RR_OK && grant.state != RR_GRANT_VALID;
  });
  if (status != RR_OK) return status;
  remove_abandoned(*grants, folder);
  return tidy(*grants, folder, now, reason);
}
