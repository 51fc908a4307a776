// Writing a CDB: records in order, to an open file. Replacing the old file is base/file.hpp's business.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cdb/lower.hpp"

struct cdb_make;

namespace core::cdb {

/// Writes a CDB with tinycdb, which lays the bytes out as the original cdb library does. Not copyable.
class Writer : public RecordSink {
 public:
  /// Starts a CDB on `fd`, which must be empty, writable and seekable, and stay open for as long as the writer lives.
  /// `path` is for messages.
  Writer(int fd, std::string path);
  ~Writer() override;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Adds a record. False after a failure, which status() tells.
  bool add(std::string_view key, std::string_view value) override;
  /// Writes the hash tables; the file is complete then, but not yet on the disk.
  [[nodiscard]] Status finish();
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  void fail();

  std::unique_ptr<cdb_make> make_;
  std::string path_;
  Status status_;
  bool finished_ = false;
};

}  // namespace core::cdb
