// Opens rule files; rule_file.hpp says what it promises.
// Invariant: a file that is refused here leaves nothing mapped and no descriptor open, and errno tells why.
#include "rule_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace relayrules::runtime {

namespace {

FileIdentity identity_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size, status.st_mtim};
}

/// Whether errno speaks of the file's contents: see Map::open.
rr_status failure() { return errno == EPROTO || errno == EINVAL ? RR_CORRUPT : RR_SYSTEM; }

}  // namespace

bool FileIdentity::operator==(const FileIdentity& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
}

rr_status load_rule_file(int fd, RuleFile* file) {
  struct stat status;
  if (fstat(fd, &status) != 0) return RR_SYSTEM;
  file->identity = identity_of(status);
  if (!file->map.open(fd)) return failure();
  if (file->map.is_whole()) return RR_OK;
  file->map.close();
  errno = EPROTO;
  return RR_CORRUPT;
}

rr_status load_rule_file(const char* path, RuleFile* file) { return load_rule_file_in(AT_FDCWD, path, file); }

rr_status load_rule_file_in(int folder, const char* name, RuleFile* file) {
  // Without O_NONBLOCK the open of a FIFO would wait for a writer.
  const int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return RR_SYSTEM;
  const rr_status status = load_rule_file(fd, file);
  close_quietly(fd);
  return status;
}

void close_quietly(int fd) {
  const int reason = errno;
  close(fd);
  errno = reason;
}

bool identify(const char* path, FileIdentity* identity) {
  struct stat status;
  if (stat(path, &status) != 0) return false;
  *identity = identity_of(status);
  return true;
}

}  // namespace relayrules::runtime
