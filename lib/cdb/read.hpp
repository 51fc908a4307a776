// Reading a CDB: the inverse of lower and write.
//
// For the tools. An smtpd wrapper uses librelayrules instead, which reads on its own; a test holds the two equal.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/finding.hpp"
#include "base/result.hpp"
#include "model/policy.hpp"

struct cdb;

namespace core::cdb {

/// An open CDB. Views that it hands out are valid as long as it lives. Not thread-safe.
class Reader {
 public:
  /// Opens and maps `path`. A file too short to be a CDB is an error; what is wrong behind that is found when it is read.
  [[nodiscard]] static Result<Reader> open(const std::string& path);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  /// The value of the first record with `key`; none when there is no such record. A corrupt file is an error.
  [[nodiscard]] Result<std::optional<std::string_view>> find(std::string_view key) const;

  /// True when the table of contents points behind itself and into the file, as no text does by chance.
  [[nodiscard]] bool looks_whole() const;

  struct Record {
    std::string_view key;
    std::string_view value;
  };
  /// All records in file order. A corrupt file is an error.
  [[nodiscard]] Result<std::vector<Record>> records() const;

 private:
  Reader();
  FileDescriptor file_;
  std::string path_;
  std::unique_ptr<::cdb> map_;
};

/// The policy that a CDB holds for programs that ask by `scheme`, rules in file order. Records that are not tcpserver's are findings (with empty spans; the message
/// names the key) and make the policy incomplete.
[[nodiscard]] Result<Policy> read_policy(const Reader& reader, const KeyScheme& scheme, Findings& findings);

}  // namespace core::cdb
