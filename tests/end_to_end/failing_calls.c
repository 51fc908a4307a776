/* Put in front of a program with LD_PRELOAD: notes the system calls by which it replaces a file, and lets one of them
 * fail.
 *
 *   CALLS_LOG=FILE        one line for each such call, in order
 *   CALLS_FAIL=N          the call of line N is not made and fails with EIO
 *   CALLS_SIGNAL=N:SIG    after the call of line N the program gets the signal SIG
 *   CALLS_UNNAMED=no      as on a file system without unnamed files
 *   CALLS_THREADS=no      no thread can be started
 *
 * Noted is only what is done to files that are open for writing, and not to standard input, output and error.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static atomic_int calls;

static int number_in(const char* variable) {
  const char* text = getenv(variable);
  return text == NULL ? 0 : atoi(text);
}

static int says_no(const char* variable) {
  const char* text = getenv(variable);
  return text != NULL && strcmp(text, "no") == 0;
}

/* Notes a call. True when it is to fail; errno is set then. `noted` gets its number. */
static int is_to_fail(const char* name, int* noted) {
  *noted = atomic_fetch_add(&calls, 1) + 1;
  const char* log = getenv("CALLS_LOG");
  if (log != NULL) {
    char line[64];
    const int size = snprintf(line, sizeof line, "%s\n", name);
    const long fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (syscall(SYS_write, fd, line, size) != size) abort();
    syscall(SYS_close, fd);
  }
  if (*noted != number_in("CALLS_FAIL")) return 0;
  errno = EIO;
  return 1;
}

/* Sends the signal that is due after the call `noted`, and hands on what the call gave. */
static int after(int noted, int result) {
  const char* text = getenv("CALLS_SIGNAL");
  const int error = errno;
  if (text != NULL && atoi(text) == noted) kill(getpid(), atoi(strchr(text, ':') + 1));
  errno = error;
  return result;
}

/* "file" or "folder"; null for what is not noted. */
static const char* kind_of(int fd) {
  struct stat status;
  const int flags = fcntl(fd, F_GETFL);
  if (fd <= 2 || flags < 0 || syscall(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH) != 0) return NULL;
  if (S_ISDIR(status.st_mode)) return "folder";
  return S_ISREG(status.st_mode) && (flags & O_ACCMODE) != O_RDONLY ? "file" : NULL;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define NOTED(text, call)                    \
  do {                                       \
    int noted;                               \
    if (is_to_fail(text, &noted)) return -1; \
    return after(noted, call);               \
  } while (0)

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if ((flags & O_TMPFILE) == O_TMPFILE) {
    if (!says_no("CALLS_UNNAMED")) NOTED("open unnamed", REAL(openat)(folder, path, flags, mode));
    errno = EOPNOTSUPP;
    return -1;
  }
  if ((flags & O_CREAT) != 0) NOTED("open named", REAL(openat)(folder, path, flags, mode));
  return REAL(openat)(folder, path, flags, mode);
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if ((flags & O_CREAT) != 0) NOTED("open named", REAL(open)(path, flags, mode));
  if ((flags & O_DIRECTORY) != 0) NOTED("open folder", REAL(open)(path, flags, mode));
  return REAL(open)(path, flags, mode);
}

int fstat(int fd, struct stat* status) {
  if (kind_of(fd) == NULL) return REAL(fstat)(fd, status);
  NOTED("fstat", REAL(fstat)(fd, status));
}

int fstatat(int folder, const char* path, struct stat* status, int flags) {
  NOTED("fstatat", REAL(fstatat)(folder, path, status, flags));
}

ssize_t write(int fd, const void* bytes, size_t size) {
  if (kind_of(fd) == NULL) return REAL(write)(fd, bytes, size);
  NOTED("write", (int)REAL(write)(fd, bytes, size));
}

int fsync(int fd) {
  const char* kind = kind_of(fd);
  NOTED(kind == NULL ? "fsync" : strcmp(kind, "file") == 0 ? "fsync file" : "fsync folder", REAL(fsync)(fd));
}

int ftruncate(int fd, off_t size) { NOTED("ftruncate", REAL(ftruncate)(fd, size)); }
int fchmod(int fd, mode_t mode) { NOTED("fchmod", REAL(fchmod)(fd, mode)); }
int fchown(int fd, uid_t owner, gid_t group) { NOTED("fchown", REAL(fchown)(fd, owner, group)); }

ssize_t lgetxattr(const char* path, const char* name, void* value, size_t size) {
  NOTED("lgetxattr", (int)REAL(lgetxattr)(path, name, value, size));
}

int fremovexattr(int fd, const char* name) { NOTED("fremovexattr", REAL(fremovexattr)(fd, name)); }

int linkat(int from, const char* old, int to, const char* name, int flags) {
  NOTED("linkat", REAL(linkat)(from, old, to, name, flags));
}

int renameat(int from, const char* old, int to, const char* name) {
  NOTED("rename", REAL(renameat)(from, old, to, name));
}

int rename(const char* old, const char* name) { NOTED("rename", REAL(rename)(old, name)); }

struct cdb_make;
int cdb_make_finish(struct cdb_make* make) {
  const int result = REAL(cdb_make_finish)(make);
  NOTED("cdb_make_finish", result);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  if (says_no("CALLS_THREADS")) return EAGAIN;
  return REAL(pthread_create)(thread, attributes, start, argument);
}
