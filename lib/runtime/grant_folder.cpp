// Walks to the folder of a store; grant_folder.hpp has the contract.
#include "grant_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace relayrules::runtime {

namespace {

constexpr mode_t others_write = S_IWGRP | S_IWOTH;
constexpr mode_t others_pass = S_IXGRP | S_IXOTH;

/// The way to a folder, and what is known of its parents.
struct Walk {
  const char* path;
  StoreKind kind;
  rr_reason* reason;
  int fd = -1;              ///< of the folder that was reached
  bool in_sticky = false;   ///< others can make files there, too
  bool is_private = false;  ///< one that was passed lets none but its owner pass
  bool has_foreign = false;
  uid_t foreign = 0;  ///< the one owner of parents that is neither root nor the caller
};

bool is_trusted(uid_t owner) { return owner == 0 || owner == geteuid(); }

unsigned mode_of(const struct stat& status) { return status.st_mode & 07777; }

rr_status explain_mode(rr_reason* reason, const char* name, const struct stat& status) {
  return explain(reason, RR_UNSAFE, "'%s' can be written by others (mode %04o): chmod go-w '%s'", name, mode_of(status),
                 name);
}

rr_status explain_owner(rr_reason* reason, const char* name, uid_t owner) {
  return explain(reason, RR_UNSAFE, "'%s' belongs to user %u, who could exchange what is in it: chown it to root", name,
                 static_cast<unsigned>(owner));
}

/// Looks at a folder that was reached: `name` is its path.
rr_status check_parent(Walk* walk, const char* name, const struct stat& status) {
  if (!is_trusted(status.st_uid)) {
    const bool is_another = walk->has_foreign && walk->foreign != status.st_uid;
    if (walk->in_sticky || is_another) return explain_owner(walk->reason, name, status.st_uid);
    walk->has_foreign = true;
    walk->foreign = status.st_uid;
  }
  walk->in_sticky = (status.st_mode & others_write) != 0;
  if (walk->in_sticky && (status.st_mode & S_ISVTX) == 0) return explain_mode(walk->reason, name, status);
  if ((status.st_mode & others_pass) == 0) walk->is_private = true;
  return RR_OK;
}

rr_status check_store(const Walk& walk, const struct stat& status) {
  if (walk.in_sticky && !is_trusted(status.st_uid)) return explain_owner(walk.reason, walk.path, status.st_uid);
  if (walk.has_foreign && walk.foreign != status.st_uid)
    return explain(walk.reason, RR_UNSAFE,
                   "a folder above '%s' belongs to user %u, who could exchange it: chown it to root", walk.path,
                   static_cast<unsigned>(walk.foreign));
  const bool is_behind = walk.kind == StoreKind::relay_ctrl && walk.is_private;
  if ((status.st_mode & others_write) != 0 && !is_behind) return explain_mode(walk.reason, walk.path, status);
  return RR_OK;
}

/// Goes on to the folder `word`, whose path from `/` is `name`.
rr_status enter(Walk* walk, const char* word, const char* name, struct stat* status) {
  const int next = openat(walk->fd, word, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (next < 0 && errno == ENOTDIR && fstatat(walk->fd, word, status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISLNK(status->st_mode))
    return explain(walk->reason, RR_UNSAFE, "'%s' is a symbolic link: name the folder that it leads to", name);
  if (next < 0) return explain_system(walk->reason, "open the folder", name);
  close(walk->fd);
  walk->fd = next;
  return fstat(next, status) == 0 ? RR_OK : explain_system(walk->reason, "look at", name);
}

/// The next word between slashes that is not `.`; false at the end.
bool next_word(const char** rest, const char** word, size_t* size) {
  for (;;) {
    while (**rest == '/') ++*rest;
    *word = *rest;
    *size = strcspn(*rest, "/");
    *rest += *size;
    if (*size != 1 || **word != '.') return *size != 0;
  }
}

rr_status walk_down(Walk* walk) {
  struct stat status;
  if (fstat(walk->fd, &status) != 0) return explain_system(walk->reason, "look at", "/");
  char name[PATH_MAX] = "/";
  char component[NAME_MAX + 1];
  const char* rest = walk->path;
  const char* word = nullptr;
  size_t size = 0;
  while (next_word(&rest, &word, &size)) {
    const rr_status parent = check_parent(walk, name, status);
    if (parent != RR_OK) return parent;
    if (size > NAME_MAX || (size == 2 && word[0] == '.' && word[1] == '.'))
      return explain(walk->reason, RR_BAD_ARGUMENT, "the store's path '%s' has '..' in it, or a name that is too long",
                     walk->path);
    memcpy(component, word, size);
    component[size] = '\0';
    const auto end = static_cast<size_t>(rest - walk->path);
    memcpy(name, walk->path, end);
    name[end] = '\0';
    const rr_status entered = enter(walk, component, name, &status);
    if (entered != RR_OK) return entered;
  }
  return check_store(*walk, status);
}

}  // namespace

rr_status open_folder(const char* path, StoreKind kind, int* fd, rr_reason* reason) {
  if (path[0] != '/') return explain(reason, RR_BAD_ARGUMENT, "the store's path '%s' does not begin with '/'", path);
  if (strlen(path) >= PATH_MAX) return explain(reason, RR_BAD_ARGUMENT, "the store's path '%s' is too long", path);
  Walk walk{path, kind, reason};
  walk.fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (walk.fd < 0) return explain_system(reason, "open the folder", "/");
  const rr_status status = walk_down(&walk);
  // the caller may have closed 0, 1 or 2, and others write there
  if (status == RR_OK) *fd = fcntl(walk.fd, F_DUPFD_CLOEXEC, 3);
  const int error = errno;
  close(walk.fd);
  errno = error;
  return status == RR_OK && *fd < 0 ? explain_system(reason, "open the folder", path) : status;
}

rr_status recheck_folder(int fd, const char* path, StoreKind kind, struct stat* status, rr_reason* reason) {
  if (fstat(fd, status) != 0) return explain_system(reason, "look at", path);
  if (status->st_nlink == 0) {
    errno = ENOENT;
    return explain_system(reason, "use the folder", path);
  }
  const bool can_write = kind == StoreKind::own && (status->st_mode & others_write) != 0;
  return can_write ? explain_mode(reason, path, *status) : RR_OK;
}

}  // namespace relayrules::runtime
