// Descriptors 0, 1 and 2 belong to standard input, output and error, even where the caller closed them.
//
// Whoever starts a program with a closed descriptor gives its number to the next file that the program opens: messages
// would then be written into a database. Nothing here needs the C++ run-time; every program calls this first.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace core {

/// Occupies each of 0, 1 and 2 that is closed, so that using it fails with EBADF as before. False when that was not
/// possible; the program must end then, and has nobody to tell.
[[nodiscard]] inline bool hold_standard_descriptors() {
  for (int wanted = STDIN_FILENO; wanted <= STDERR_FILENO; ++wanted) {
    if (::fcntl(wanted, F_GETFD) >= 0 || errno != EBADF) continue;
    // the wrong way round: reading what is only written fails, and writing what is only read
    const int mode = wanted == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (::open("/dev/null", mode) != wanted) return false;
  }
  return true;
}

/// `fd` itself, or a copy of it above 2 in its place; closed on exec. An output file never takes a number below.
[[nodiscard]] inline int above_standard_descriptors(int fd) {
  if (fd < 0 || fd > STDERR_FILENO) return fd;
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int error = errno;
  ::close(fd);
  errno = error;
  return copy;
}

}  // namespace core
