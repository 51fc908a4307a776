// The lock of a store, which is also where its grants are counted. grant_handle.hpp has the contract.
// Nobody waits without end: one who was stopped while he held the lock must not stop all logins.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "grant_handle.hpp"

namespace relayrules::runtime {

namespace {

constexpr int text_size = 40;

long long milliseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int open_lock(int folder, int flags) { return openat(folder, ".lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600); }

/// False and errno, EWOULDBLOCK after `wait_ms`.
bool lock(int fd, unsigned wait_ms) {
  const long long until = milliseconds() + wait_ms;
  long pause = 20000;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    if (milliseconds() >= until) {
      errno = EWOULDBLOCK;
      return false;
    }
    const timespec time{0, pause};
    nanosleep(&time, nullptr);
    if (pause < 2000000) pause += pause / 2;
  }
  return true;
}

/// A file that was put there by others locks nothing, and who can open it can hold it. One that root is just making is
/// not yet given to the store's owner.
bool is_ours(int fd, const struct stat& folder) {
  struct stat status;
  if (fstat(fd, &status) != 0) return false;
  errno = EPERM;
  return S_ISREG(status.st_mode) && (status.st_uid == folder.st_uid || status.st_uid == 0) &&
         (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

}  // namespace

bool give_to_owner(const struct stat& folder, int fd) {
  return geteuid() != 0 || fchown(fd, folder.st_uid, folder.st_gid) == 0;
}

rr_status StoreLock::take(const rr_grants& grants, const struct stat& folder, rr_reason* reason) {
  fd_ = open_lock(grants.fd, O_NONBLOCK);
  if (fd_ < 0 && errno == ENOENT) {
    fd_ = open_lock(grants.fd, O_CREAT | O_EXCL);
    if (fd_ >= 0 && !give_to_owner(folder, fd_)) return explain_system(reason, "make '.lock' in", grants.path);
    if (fd_ < 0 && errno == EEXIST) fd_ = open_lock(grants.fd, O_NONBLOCK);  // another was faster
  }
  if (fd_ < 0 || !is_ours(fd_, folder)) return explain_system(reason, "use '.lock' in", grants.path);
  if (!lock(fd_, grants.options.wait_ms)) {
    if (errno != EWOULDBLOCK) return explain_system(reason, "lock", grants.path);
    return explain(reason, RR_BUSY, "'%s' was held by another process for %u ms", grants.path, grants.options.wait_ms);
  }
  char text[text_size + 1] = "";
  if (pread(fd_, text, text_size, 0) == text_size) {
    char* rest = nullptr;
    count = strtoll(text, &rest, 10);
    purged = strtoll(rest, nullptr, 10);
  }
  return RR_OK;
}

void StoreLock::release() {
  if (fd_ < 0) return;
  const int error = errno;
  close(fd_);
  fd_ = -1;
  errno = error;
}

bool StoreLock::write() const {
  char text[text_size + 1];
  snprintf(text, sizeof text, "%-19lld %-19lld\n", count < 0 ? 0 : count, purged);
  return pwrite(fd_, text, text_size, 0) == text_size;
}

}  // namespace relayrules::runtime
