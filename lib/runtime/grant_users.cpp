// Counts the addresses of users; grant_users.hpp has the contract. A file that cannot be read as such counts as empty.
#include "grant_users.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "grant_record.hpp"

namespace relayrules::runtime {

namespace {

/// Room for 64 lines and one more.
constexpr size_t room = 65 * (longest_grant_address + 24);

/// What of a user's file still holds.
struct Lines {
  char text[room];
  size_t size = 0;
  unsigned count = 0;

  void add(long long expires, const char* address) {
    const int added = snprintf(text + size, sizeof text - size, "%lld %s\n", expires, address);
    if (added < 0 || static_cast<size_t>(added) >= sizeof text - size) return;
    size += static_cast<size_t>(added);
    ++count;
  }
};

struct UserFile {
  char name[32];
  explicit UserFile(const char* user) {
    uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
    for (const char* at = user; *at != '\0'; ++at) hash = (hash ^ static_cast<unsigned char>(*at)) * 0x100000001b3u;
    snprintf(name, sizeof name, ".users/%016" PRIx64, hash);
  }
};

struct UserPath {
  char text[300];
  explicit UserPath(const char* name) { snprintf(text, sizeof text, ".users/%s", name); }
};

bool has_grant(const rr_grants& grants, const char* address) {
  char name[longest_grant_address];
  write_file_name(address, name);
  struct stat status;
  return fstatat(grants.fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Reads the lines that hold at `now`, but for those of the address `but`.
void read_lines(const rr_grants& grants, int fd, long long now, const char* but, Lines* lines) {
  char text[room + 1];
  const ssize_t size = pread(fd, text, room, 0);
  if (size <= 0) return;
  text[size] = '\0';
  for (char* line = text; lines->count < 64;) {
    char* end = strchr(line, '\n');
    if (end == nullptr) return;
    *end = '\0';
    char* address = nullptr;
    const long long expires = strtoll(line, &address, 10);
    line = end + 1;
    if (*address++ != ' ' || strlen(address) >= longest_grant_address) continue;
    if (expires > now && strcmp(address, but) != 0 && has_grant(grants, address)) lines->add(expires, address);
  }
}

/// True if all was written; a line that was cut is none.
bool write_lines(int fd, const Lines& lines) {
  const ssize_t written = pwrite(fd, lines.text, lines.size, 0);
  const int error = written < 0 ? errno : ENOSPC;
  const bool is_whole = written == static_cast<ssize_t>(lines.size);
  if (written >= 0 && ftruncate(fd, written) != 0) return false;
  errno = error;
  return is_whole;
}

/// Opens the file, and makes it and its folder. -1 and errno.
int open_user_file(const rr_grants& grants, const struct stat& folder, const char* name) {
  const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  int fd = openat(grants.fd, name, flags, 0600);
  if (fd < 0 && errno == ENOENT) {
    if (mkdirat(grants.fd, ".users", 0700) != 0 && errno != EEXIST) return -1;
    if (geteuid() == 0 && fchownat(grants.fd, ".users", folder.st_uid, folder.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
      return -1;
    fd = openat(grants.fd, name, flags, 0600);
  }
  if (fd >= 0 && !give_to_owner(folder, fd)) {
    close(fd);
    return -1;
  }
  return fd;
}

}  // namespace

rr_status count_for_user(const rr_grants& grants, const struct stat& folder, const rr_grant& grant, long long now,
                         rr_reason* reason) {
  if (grants.options.per_user == 0 || grant.user[0] == '\0') return RR_OK;
  const UserFile file(grant.user);
  const int fd = open_user_file(grants, folder, file.name);
  if (fd < 0) return explain_system(reason, "count the addresses of users in", grants.path);
  Lines lines;
  read_lines(grants, fd, now, grant.address, &lines);
  rr_status status = RR_OK;
  if (lines.count >= grants.options.per_user) {
    status =
        explain(reason, RR_REFUSED, "%s gets no grant: user %s has %u already", grant.address, grant.user, lines.count);
  } else {
    lines.add(grant.expires, grant.address);
    if (!write_lines(fd, lines)) status = explain_system(reason, "count the addresses of users in", grants.path);
  }
  close(fd);
  return status;
}

bool is_idle_user(const rr_grants& grants, const char* name, long long now) {
  const UserPath path(name);
  const int fd = openat(grants.fd, path.text, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return false;
  Lines lines;
  read_lines(grants, fd, now, "", &lines);
  close(fd);
  return lines.count == 0;
}

void remove_idle_user(const rr_grants& grants, const char* name, long long now) {
  if (is_idle_user(grants, name, now)) unlinkat(grants.fd, UserPath(name).text, 0);
}

}  // namespace relayrules::runtime
