// A folder of a test's own, files in it, and how they are replaced.
#pragma once

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.hpp"

namespace core {

/// A folder that is removed at the end, and what lies in it.
class Folder {
 public:
  Folder() {
    path_ = (std::filesystem::temp_directory_path() / "relayrules-file.XXXXXX").string();
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
    std::filesystem::permissions(path_, std::filesystem::perms(0755));
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::string path_;
};

using Names = std::vector<std::string>;

inline std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

inline void put(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

inline bool write_all(int fd, const std::string& text) {
  return ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Replaces `path` by `text`, and says what failed.
inline std::string replace(const std::string& path, const std::string& text) {
  auto file = ReplaceFile::open(path);
  if (!file.ok()) return file.error().message();
  if (!write_all(file.value().fd(), text)) return "write failed";
  const Status failed = file.value().commit();
  return failed ? failed->message() : "";
}

/// Runs `work` in a child, which ends with its result, and returns how it ended.
inline int in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // the test framework catches some of these, a program does not
    for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGQUIT, SIGXCPU}) ::signal(signal, SIG_DFL);
    ::_exit(work());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace core
