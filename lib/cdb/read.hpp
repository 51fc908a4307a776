// Reading a CDB: the inverse of lower and write.
//
// For the tools. An smtpd wrapper uses librelayrules instead, which reads on its own; a test holds the two equal. What
// is proved of a CDB is proved of its records, so one whose tables lead a look-up anywhere else is refused as damaged.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/finding.hpp"
#include "base/result.hpp"
#include "cdb/layout.hpp"
#include "model/destinations.hpp"
#include "model/policy.hpp"

namespace core::cdb {

/// A CDB in memory, without damage. Views that it hands out are valid as long as it lives.
class Reader {
 public:
  using Record = Layout::Record;

  /// Reads `path`, as read_file() does, or for "-" standard input. What is no whole CDB is an error: see find_damage().
  [[nodiscard]] static Result<Reader> open(const std::string& path, const std::string& folder = {});
  /// The same for bytes that were read already; `path` is for the message.
  [[nodiscard]] static Result<Reader> take(const std::string& path, FileBytes file);

  /// The value of the first record with `key`; none when there is no such record.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const;
  /// All records in file order.
  [[nodiscard]] std::vector<Record> records() const;

 private:
  explicit Reader(FileBytes file) : file_(std::move(file)) {}
  FileBytes file_;
};

/// The error for a CDB that find_damage() found `damage` in.
[[nodiscard]] SystemError damaged(const std::string& path, const std::string& damage);

/// The scheme whose clients are asked with `key`, where those of `scheme` are not; null when there is none.
[[nodiscard]] const KeyScheme* foreign_scheme(const KeyScheme& scheme, std::string_view key);

/// False when the CDB has keys that only programs of another scheme ask for: it was made for one of these, and says
/// nothing about clients of `scheme`. That is a finding then, with an empty span.
[[nodiscard]] bool check_keys(const Reader& reader, const KeyScheme& scheme, Findings& findings);

/// The policy that a CDB holds for programs that ask by `scheme`, rules in file order. Records that are not
/// tcpserver's, and keys of another scheme, are findings (with empty spans; the message names the key) and make the
/// policy incomplete.
[[nodiscard]] Policy read_policy(const Reader& reader, const KeyScheme& scheme, Findings& findings);

/// Adds the domains that a morercpthosts.cdb lists, in lower case; they have no place.
void read_destinations(const Reader& reader, DestinationList& list);

}  // namespace core::cdb
