// Small CDB files for the tests of the runtime, written through tinycdb, and short ways to ask them.
// Everything in this folder includes it. Files live in one temporary folder that goes with the test.
// Invariant: values are given as the bytes of the file, NULs included: use the sv literals, "D\0"sv.
#pragma once

#include <cdb.h>
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relayrules/relayrules.h"

using namespace std::string_view_literals;

/// Key and value of a record, in the order of the file.
using Records = std::vector<std::pair<std::string_view, std::string_view>>;

/// A temporary folder that is removed with all that is in it. In memory if possible: a disk would write each of the
/// thousands of files out before it lets the next take its name.
class Folder {
 public:
  Folder() {
    path_ = access("/dev/shm", W_OK) == 0 ? "/dev/shm/relayrules.XXXXXX" : "/tmp/relayrules.XXXXXX";
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  /// The path of a file in it.
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

/// Replaces the file at `path` by a CDB of these records, by renaming.
inline void write_cdb(const std::string& path, const Records& records) {
  const std::string temporary = path + ".new";
  const int fd = open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  REQUIRE(fd >= 0);
  struct cdb_make make;
  cdb_make_start(&make, fd);
  for (const auto& [key, value] : records) {
    cdb_make_add(&make, key.data(), static_cast<unsigned>(key.size()), value.data(),
                 static_cast<unsigned>(value.size()));
  }
  REQUIRE(cdb_make_finish(&make) == 0);
  close(fd);
  std::filesystem::rename(temporary, path);
}

/// Replaces the file at `path` by these bytes, by renaming.
inline void write_bytes(const std::string& path, std::string_view bytes) {
  std::ofstream(path + ".new", std::ios::binary) << bytes;
  std::filesystem::rename(path + ".new", path);
}

inline std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// How many files of the folder are mapped. Its name is in the path of a mapping, deleted files included.
inline int mappings(const Folder& folder) {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  int count = 0;
  while (std::getline(maps, line)) count += line.find(folder / "") != std::string::npos;
  return count;
}

/// A client; a view with a null pointer is absent.
inline rr_client client(std::string_view ip, std::string_view host = {}, std::string_view info = {}) {
  return {sizeof(rr_client), RR_TEXT, ip.data(), ip.size(), host.data(), host.size(), info.data(), info.size()};
}

/// A client whose address is given in binary.
inline rr_client binary_client(rr_form form, const void* ip, size_t size) {
  rr_client who = RR_CLIENT_INIT;
  who.form = form;
  who.ip = ip;
  who.ip_len = size;
  return who;
}

/// An open handle that closes itself.
class Opened {
 public:
  explicit Opened(const std::string& path, rr_scheme scheme = RR_TCPSERVER) {
    const rr_options options = {sizeof(rr_options), scheme};
    REQUIRE(rr_open(path.c_str(), &options, &db_) == RR_OK);
  }
  ~Opened() { rr_close(db_); }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  operator rr_db*() const { return db_; }

 private:
  rr_db* db_ = nullptr;
};

/// The answer in one line, such as "allow relay by 1.2.3.4", "no match", "deny: RR_FOREIGN".
inline std::string ask(rr_db* db, const rr_client& who) {
  static constexpr const char* statuses[] = {"RR_OK",           "RR_SYSTEM", "RR_CORRUPT",    "RR_FOREIGN",
                                             "RR_BAD_ARGUMENT", "RR_BUSY",   "RR_BAD_ADDRESS"};
  static constexpr const char* verdicts[] = {"deny", "allow", "no match"};
  rr_result result = RR_RESULT_INIT;
  const rr_status status = rr_lookup(db, &who, &result);
  std::string text = verdicts[result.verdict];
  if (status != RR_OK) text.append(": ").append(statuses[status]);
  if (result.relay) text.append(" relay");
  if (result.key) text.append(" by ").append(result.key, result.key_len);
  rr_result_release(&result);
  return text;
}

/// The same for a file that is opened for this one question.
inline std::string ask(const Records& records, const rr_client& who, rr_scheme scheme = RR_TCPSERVER) {
  Folder folder;
  write_cdb(folder / "rules.cdb", records);
  Opened db(folder / "rules.cdb", scheme);
  return ask(db, who);
}
