// The words in which the original ucspi-tcp programs name a failed system call, where they differ from the C library's.
//
// Scripts compare standard error too, so the drop-ins speak as the originals do. Source: ucspi-tcp 0.88, error_str.c;
// the ones that opening, reading, writing and renaming files can meet.
#pragma once

#include <cerrno>
#include <string_view>

namespace core {

struct ErrnoWords {
  int error;
  std::string_view words;
};

inline constexpr ErrnoWords original_errno_words[] = {
    {0, "no error"},
    {EINTR, "interrupted system call"},
    {ENOMEM, "out of memory"},
    {ENOENT, "file does not exist"},
    {ETXTBSY, "text busy"},
    {EIO, "input/output error"},
    {EEXIST, "file already exists"},
    {EAGAIN, "temporary failure"},
    {EPIPE, "broken pipe"},
    {EPERM, "permission denied"},
    {EACCES, "access denied"},
    {ENXIO, "device not configured"},
    {EPROTO, "protocol error"},
    {EISDIR, "is a directory"},
    {EBADF, "file descriptor not open"},
    {EFAULT, "bad address"},
    {EBUSY, "device busy"},
    {EXDEV, "cross-device link"},
    {ENODEV, "device does not support operation"},
    {ENOTDIR, "not a directory"},
    {EINVAL, "invalid argument"},
    {ENFILE, "system cannot open more files"},
    {EMFILE, "process cannot open more files"},
    {ENOTTY, "not a tty"},
    {EFBIG, "file too big"},
    {ENOSPC, "out of disk space"},
    {ESPIPE, "unseekable descriptor"},
    {EROFS, "read-only file system"},
    {EMLINK, "too many links"},
    {ELOOP, "symbolic link loop"},
    {ENAMETOOLONG, "file name too long"},
    {ENOTEMPTY, "directory not empty"},
    {EDQUOT, "disk quota exceeded"},
    {ESTALE, "stale NFS file handle"},
    {ENOLCK, "no locks available"},
    {ENOSYS, "system call not available"},
};

/// The original's words for `error`.
[[nodiscard]] inline std::string_view original_words(int error) {
  for (const ErrnoWords& entry : original_errno_words)
    if (entry.error == error) return entry.words;
  return "unknown error";
}

}  // namespace core
