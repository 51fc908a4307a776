// Files: read one whole, replace one atomically.
//
// ReplaceFile is the only way in which this project writes a file that a server reads. The new content goes into an
// unnamed file (O_TMPFILE) in the target's folder, so that nothing stays behind whenever the process dies; it gets its
// name only when it is complete and on the disk. Where the file system has no unnamed files, a named temporary file is
// used and removed on every error and on the signals that end a program. What SIGKILL left is removed by the next.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/source.hpp"

namespace core {

/// The name behind the last '/'.
[[nodiscard]] inline std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// A descriptor that is closed at the end of its scope. Not copyable.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Name of standard input in messages, when the user gave it no better one.
inline constexpr char standard_input_name[] = "<standard input>";

/// Opens the file `path` to read it, and waits for nothing. A folder, a device, a named pipe and a socket are errors;
/// what a program gives another as /dev/fd/N is not. With a `folder` (see FileReach), so is what lies outside, links
/// followed.
[[nodiscard]] Result<FileDescriptor> open_to_read(const std::string& path, const std::string& folder = {});

/// SystemError::error of a file that lies outside the folder.
inline constexpr int outside_folder = EXDEV;

/// The bytes of a file.
struct FileBytes {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
  [[nodiscard]] std::string_view view() const { return {bytes.get(), size}; }
};
/// Reads a file, as open_to_read() opens it, into memory, where nobody can cut it short. More than Sources::max_bytes
/// are an error.
[[nodiscard]] Result<FileBytes> read_file(const std::string& path, const std::string& folder = {});

/// The same of standard input, which messages call `name`.
[[nodiscard]] Result<FileBytes> read_standard_input(const std::string& name = standard_input_name);

/// All of the regular file that `fd` is open to read, whose place in it is then the end; messages call it `name`.
[[nodiscard]] Result<FileBytes> read_descriptor(int fd, const std::string& name);

/// The first bytes of a regular file, at most `size`; none when it cannot be read.
[[nodiscard]] std::string read_head(const std::string& path, std::size_t size, const std::string& folder = {});

/// Reads the file `path`, or for "-" standard input under the name `stdin_name`, and adds it to `sources`, whose
/// FileReach says where it may be. Errors as for read_file(); more text than Sources can hold is one, too.
[[nodiscard]] Result<const Source*> read_source(Sources& sources, const std::string& path,
                                                const std::string& stdin_name = standard_input_name);

/// Writes all of `text` to `fd`; `name` is for the message.
[[nodiscard]] Status write_all(int fd, std::string_view text, const std::string& name);

/// Writes a new version of a file and puts it in place of the old one at commit(). If the object is destroyed before,
/// the old file stands untouched and no trace of the new one is left. A symbolic link is followed: the file behind it
/// is replaced. Not so a link of another user in a folder where everybody may make one.
class ReplaceFile {
 public:
  /// Prepares to replace `path`, which need not exist but must be no other thing than a regular file. Owner, mode and
  /// access list (ACL) of an existing file are kept; a new one gets 0644 less the umask, or what its folder says.
  /// Removes what earlier ones left that were killed while they replaced the same file.
  [[nodiscard]] static Result<ReplaceFile> open(const std::string& path);

  ReplaceFile(ReplaceFile&&) = default;
  ReplaceFile& operator=(ReplaceFile&&) = default;
  ~ReplaceFile();

  /// The descriptor to write to; readable and seekable, and never one of 0, 1 and 2.
  [[nodiscard]] int fd() const { return file_.get(); }
  /// Makes the new content durable and visible: fsync, rename, fsync of the folder. Only when the last of these fails
  /// is the new file in its place all the same.
  [[nodiscard]] Status commit();

 private:
  ReplaceFile() = default;
  [[nodiscard]] Status create();
  [[nodiscard]] Status keep_access(const struct stat& old);
  [[nodiscard]] Status keep_access_list();
  [[nodiscard]] Status rename_into_place();
  void remove_temporary();

  std::string target_;     // real path of the file to replace
  FileDescriptor folder_;  // the folder of target_
  std::string name_;       // target_ within its folder
  FileDescriptor file_;
  std::unique_ptr<std::string> temporary_;  // name within the folder; null while the file has no name
};

/// Replaces the file `path`, or makes it, with `text` in it.
[[nodiscard]] Status replace_file(const std::string& path, std::string_view text);

}  // namespace core
