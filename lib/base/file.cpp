// Reading and replacing files: see file.hpp.
#include "base/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/large_memory.hpp"
#include "base/standard_descriptors.hpp"

namespace core {
namespace {

SystemError too_large(const std::string& name) {
  return {"read", name, EFBIG, "more than 4 GiB of rules; a CDB cannot hold them, so they cannot be compiled"};
}

/// Reads to the end of `fd`; the buffer grows from `expected` bytes.
Result<FileBytes> read_all(int fd, const std::string& name, std::size_t expected) {
  std::size_t capacity = expected + 1;  // one more than the file holds: the read that finds the end needs no growth
  make_room_for_work(expected);
  FileBytes file{std::make_unique_for_overwrite<char[]>(capacity)};
  advise_large_pages(file.bytes.get(), capacity);
  for (;;) {
    const ssize_t got = ::read(fd, file.bytes.get() + file.size, capacity - file.size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", name);
    if (got == 0) return file;
    file.size += static_cast<std::size_t>(got);
    if (file.size > Sources::max_bytes) return too_large(name);
    if (file.size < capacity) continue;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity * 2);
    std::memcpy(larger.get(), file.bytes.get(), file.size);
    file.bytes = std::move(larger);
    capacity *= 2;
  }
}

/// The name by which a process reaches what it has open.
std::string name_of(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

/// The path of an open file or folder, all links resolved; empty when it cannot be told.
std::string real_path(int fd) {
  char path[PATH_MAX];
  const ssize_t size = ::readlink(name_of(fd).c_str(), path, sizeof path);
  return size < 0 ? std::string() : std::string(path, static_cast<std::size_t>(size));
}

/// A pipe without a name, as a shell makes it: somebody is at its other end.
bool is_unnamed_pipe(int fd) {
  constexpr long pipe_file_system = 0x50495045;
  struct statfs system {};
  return ::fstatfs(fd, &system) == 0 && system.f_type == pipe_file_system;
}

/// An error for what is no file to read from.
Status refuse_kind(int fd, const std::string& path) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return system_error("read", path);
  if (S_ISDIR(status.st_mode)) return SystemError{"read", path, EISDIR, "it is a folder; name a file in it"};
  if (S_ISFIFO(status.st_mode) && !is_unnamed_pipe(fd))
    return SystemError{"read", path, EINVAL, "it is a named pipe, not a file; what a program writes is read with '-'"};
  const bool is_empty = S_ISCHR(status.st_mode) && status.st_rdev == ::makedev(1, 3);  // /dev/null
  if (S_ISBLK(status.st_mode) || (S_ISCHR(status.st_mode) && !is_empty))
    return SystemError{"read", path, EINVAL, "it is a device, not a file"};
  if (S_ISSOCK(status.st_mode)) return SystemError{"read", path, EINVAL, "it is a socket, not a file"};
  return {};
}

/// An error when the file does not lie in `folder`. Paths are those of open files: nobody can change them after this.
Status refuse_outside(int fd, const std::string& path, const std::string& folder) {
  const FileDescriptor opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::string inside = opened.valid() ? real_path(opened.get()) : std::string();
  if (inside.empty()) return system_error("open", folder);
  if (inside.back() != '/') inside += '/';
  if ((real_path(fd) + "/").starts_with(inside)) return {};
  return SystemError{"read", path, outside_folder,
                     "it leads out of the folder '" + folder + "', and nobody named it on the command line"};
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<FileDescriptor> open_to_read(const std::string& path, const std::string& folder) {
  // first a handle that opens nothing: a device may act when it is opened, and a pipe waits for its writer
  const FileDescriptor handle(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!handle.valid()) return system_error("open", path);
  if (!folder.empty())
    if (auto refused = refuse_outside(handle.get(), path, folder)) return *refused;
  if (auto refused = refuse_kind(handle.get(), path)) return *refused;
  FileDescriptor file(::open(name_of(handle.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() && errno == ENOENT && folder.empty())  // there is no /proc
    file = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return system_error("open", path);
  return file;
}

Result<FileBytes> read_file(const std::string& path, const std::string& folder) {
  const auto file = open_to_read(path, folder);
  if (!file.ok()) return file.error();
  struct stat status {};
  if (::fstat(file.value().get(), &status) != 0) return system_error("read", path);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > Sources::max_bytes) return too_large(path);
  return read_all(file.value().get(), path, S_ISREG(status.st_mode) ? size : 1 << 16);
}

Result<FileBytes> read_descriptor(int fd, const std::string& name) {
  const off_t size = ::lseek(fd, 0, SEEK_END);
  if (size < 0 || ::lseek(fd, 0, SEEK_SET) != 0) return system_error("read", name);
  return read_all(fd, name, static_cast<std::size_t>(size));
}

Result<FileBytes> read_standard_input(const std::string& name) { return read_all(STDIN_FILENO, name, 1 << 16); }

std::string read_head(const std::string& path, std::size_t size, const std::string& folder) {
  const auto file = open_to_read(path, folder);
  struct stat status {};
  if (!file.ok() || ::fstat(file.value().get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  std::string head(size, '\0');
  const ssize_t got = ::pread(file.value().get(), head.data(), size, 0);
  head.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return head;
}

Result<const Source*> read_source(Sources& sources, const std::string& path, const std::string& stdin_name) {
  const std::string& name = path == "-" ? stdin_name : path;
  if (path == "-" && std::exchange(sources.took_standard_input, true))
    return SystemError{"read", name, EINVAL, "standard input can be read once only"};
  auto file = path == "-" ? read_standard_input(name) : read_file(path, sources.reach.folder_of(path));
  if (!file.ok()) return file.error();
  const Source* source = sources.add(name, std::move(file.value().bytes), file.value().size);
  if (source == nullptr) return too_large(name);
  return source;
}

Status write_all(int fd, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", name);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// ---- temporary files that have a name -------------------------------------------------

namespace {

// What a signal handler has to remove; only the async-signal-safe part of this is read there. One at a time is enough:
// the tools write one output after the other.
int pending_folder = -1;
char pending_name[NAME_MAX + 1];
volatile std::sig_atomic_t pending = 0;

constexpr int ending_signals[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGXCPU, SIGQUIT};

extern "C" void remove_pending_and_end(int signal) {
  if (pending != 0) ::unlinkat(pending_folder, pending_name, 0);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void remember_pending(int folder, const std::string& name) {
  pending_folder = folder;
  std::snprintf(pending_name, sizeof pending_name, "%s", name.c_str());
  pending = 1;
  for (const int signal : ending_signals)
    if (std::signal(signal, remove_pending_and_end) == SIG_IGN) std::signal(signal, SIG_IGN);
}

void forget_pending() { pending = 0; }

// ".NAME.PID.NANOSECONDS.tmp". The time is in it because a process in a container may always have the same number; a
// collision is answered by O_EXCL.
std::string temporary_begin(const std::string& name) { return "." + name.substr(0, NAME_MAX - 40) + "."; }

std::string temporary_name(const std::string& name) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return temporary_begin(name) + std::to_string(::getpid()) + "." +
         std::to_string(std::chrono::nanoseconds(now).count()) + ".tmp";
}

bool is_temporary_of(std::string_view entry, const std::string& name) {
  const std::string begin = temporary_begin(name);
  if (!entry.starts_with(begin) || !entry.ends_with(".tmp") || entry.size() <= begin.size() + 4) return false;
  const std::string_view numbers = entry.substr(begin.size(), entry.size() - begin.size() - 4);
  return numbers.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(numbers.begin(), numbers.end(), '.') == 1;
}

/// Removes what those left behind that were killed with SIGKILL while they replaced `name`. The living hold a lock on
/// theirs, which ends with them in whatever container they run. Where nothing can be locked, nothing is removed.
void remove_left_behind(int folder, const std::string& name) {
  const int opened = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const entries = ::fdopendir(opened);
  if (entries == nullptr) {
    if (opened >= 0) ::close(opened);
    return;
  }
  while (const dirent* entry = ::readdir(entries)) {
    struct stat status {};
    if (!is_temporary_of(entry->d_name, name)) continue;
    // opened is nothing that would wait or act
    if (::fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) continue;
    const FileDescriptor left(::openat(folder, entry->d_name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (left.valid() && ::flock(left.get(), LOCK_EX | LOCK_NB) == 0) ::unlinkat(folder, entry->d_name, 0);
  }
  ::closedir(entries);
}

/// The folder of `path`, with a slash behind it.
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "./" : path.substr(0, slash + 1);
}

/// True for a link that another user may have put there to have somebody else's file replaced: the rule by which Linux
/// follows none where fs.protected_symlinks is set, and which reading a link does not obey.
bool is_planted(const struct stat& link, const std::string& path) {
  struct stat folder {};
  if (::stat(folder_of(path).c_str(), &folder) != 0) return true;
  const bool is_shared = (folder.st_mode & (S_ISVTX | S_IWOTH)) == (S_ISVTX | S_IWOTH);
  return is_shared && link.st_uid != ::geteuid() && link.st_uid != folder.st_uid;
}

/// `path` with the links at its end followed; as it is when they lead nowhere, and an error when one is not to be
/// followed.
Result<std::string> resolved(const std::string& path) {
  constexpr int most_links = 40;  // as in Linux
  std::string at = path;
  for (int links = 0; links <= most_links; ++links) {
    // a handle: what it says of the link and where the link leads cannot be of two links
    const FileDescriptor handle(::open(at.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!handle.valid() || ::fstat(handle.get(), &status) != 0) return path;
    if (!S_ISLNK(status.st_mode)) return at;
    if (is_planted(status, at))
      return SystemError{"write", path, EACCES,
                         "'" + at + "' is a symbolic link that another user made where everybody may; name the file"};
    char target[PATH_MAX];
    const ssize_t size = ::readlinkat(handle.get(), "", target, sizeof target);
    if (size <= 0) return path;
    const std::string_view next(target, static_cast<std::size_t>(size));
    at = (next.front() == '/' ? std::string() : folder_of(at)) + std::string(next);
  }
  return path;
}

}  // namespace

Result<ReplaceFile> ReplaceFile::open(const std::string& path) {
  ReplaceFile replace;
  auto target = resolved(path);
  if (!target.ok()) return target.error();
  replace.target_ = std::move(target.value());
  const std::string folder = folder_of(replace.target_);
  replace.name_ = base_name(replace.target_);
  if (replace.name_.empty()) return SystemError{"write", path, EISDIR, "it names a folder, not a file"};
  replace.folder_ = FileDescriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!replace.folder_.valid()) return system_error("open the folder of", path);
  struct stat old {};
  const bool exists = ::fstatat(replace.folder_.get(), replace.name_.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (!exists && errno != ENOENT) return system_error("look at", path);
  if (exists && !S_ISREG(old.st_mode)) return SystemError{"write", path, EINVAL, "it exists and is no regular file"};
  remove_left_behind(replace.folder_.get(), replace.name_);
  if (auto failed = replace.create()) return *failed;
  if (!exists) return replace;
  if (auto failed = replace.keep_access(old)) return *failed;
  return replace;
}

Status ReplaceFile::create() {
  if (::access("/proc/self/fd", F_OK) == 0) {  // without it an unnamed file gets no name
    const int unnamed = ::openat(folder_.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
    file_ = FileDescriptor(above_standard_descriptors(unnamed));
    if (file_.valid()) return {};
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)
      return system_error("create a file beside", target_);
  }
  auto name = std::make_unique<std::string>(temporary_name(name_));
  remember_pending(folder_.get(), *name);  // before it is there: a signal may come at any time
  const int named = ::openat(folder_.get(), name->c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  file_ = FileDescriptor(above_standard_descriptors(named));
  if (!file_.valid()) {
    forget_pending();
    return system_error("create a file beside", target_);
  }
  temporary_ = std::move(name);
  // until it is locked, who starts now may take it for one that was left behind
  ::flock(file_.get(), LOCK_EX);
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) return system_error("look at the new version of", target_);
  return status.st_nlink == 0 ? create() : Status();
}

Status ReplaceFile::keep_access(const struct stat& old) {
  struct stat fresh {};
  if (::fstat(file_.get(), &fresh) != 0) return system_error("read the owner of", target_);
  const bool same_owner = old.st_uid == fresh.st_uid && old.st_gid == fresh.st_gid;
  if (!same_owner && ::fchown(file_.get(), old.st_uid, old.st_gid) != 0)
    return system_error("keep the owner of", target_);
  if (auto failed = keep_access_list()) return failed;
  // after fchown, which clears set-id bits, and after the list, which comes with a mode of its own
  if (::fchmod(file_.get(), old.st_mode & 07777) != 0) return system_error("keep the mode of", target_);
  return {};
}

Status ReplaceFile::keep_access_list() {
  constexpr char list[] = "system.posix_acl_access";
  std::string old(XATTR_SIZE_MAX, '\0');
  const ssize_t size = ::lgetxattr(target_.c_str(), list, old.data(), old.size());
  if (size < 0 && errno == ENOTSUP) return {};  // this file system knows no lists
  if (size < 0 && errno != ENODATA) return system_error("read the access list of", target_);
  // the folder may have given one to every new file in it: without one the old file had none
  const int fd = file_.get();
  const int failed =
      size < 0 ? ::fremovexattr(fd, list) : ::fsetxattr(fd, list, old.data(), static_cast<std::size_t>(size), 0);
  if (failed != 0 && errno != ENODATA) return system_error("keep the access list of", target_);
  return {};
}

Status ReplaceFile::rename_into_place() {
  if (!temporary_) {
    ::flock(file_.get(), LOCK_EX);  // see remove_left_behind()
    auto name = std::make_unique<std::string>(temporary_name(name_));
    const std::string self = "/proc/self/fd/" + std::to_string(file_.get());
    if (::linkat(AT_FDCWD, self.c_str(), folder_.get(), name->c_str(), AT_SYMLINK_FOLLOW) != 0)
      return system_error("name the new version of", target_);
    temporary_ = std::move(name);
  }
  if (::renameat(folder_.get(), temporary_->c_str(), folder_.get(), name_.c_str()) != 0) {
    auto failed = system_error("replace", target_);
    if (failed.error == EBUSY) failed.reason = "it is a mount of its own, as in containers; mount its folder";
    remove_temporary();
    return failed;
  }
  temporary_.reset();
  forget_pending();
  return {};
}

Status ReplaceFile::commit() {
  if (::fsync(file_.get()) != 0) return system_error("write", target_);
  // Between giving the file a name and renaming it, no signal may leave that name behind.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, &before);
  auto failed = rename_into_place();
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (failed) return failed;
  if (::fsync(folder_.get()) == 0) return {};
  const int error = errno;
  return SystemError{
      "make durable the folder of", target_, error,
      std::string(std::strerror(error)) + "; the new version is in place, but a crash may bring the old one back"};
}

void ReplaceFile::remove_temporary() {
  ::unlinkat(folder_.get(), temporary_->c_str(), 0);
  temporary_.reset();
  forget_pending();
}

ReplaceFile::~ReplaceFile() {
  if (temporary_) remove_temporary();
}

Status replace_file(const std::string& path, std::string_view text) {
  auto file = ReplaceFile::open(path);
  if (!file.ok()) return file.error();
  if (auto failed = write_all(file.value().fd(), text, path)) return failed;
  return file.value().commit();
}

}  // namespace core
