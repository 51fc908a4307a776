// Comparing rules with the database beside them: see stale_database.hpp. Records come in the order of the rules, as
// every compiler of this family writes them; in another order they are the same as long as each key has its values.
#include "site/stale_database.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <vector>

#include "base/finding_kinds.hpp"
#include "cdb/lower.hpp"
#include "model/format.hpp"

namespace core {
namespace {

/// Holds what is lowered against the records of a database, and stops at the first that is another.
class Comparison : public cdb::RecordSink {
 public:
  explicit Comparison(const std::vector<cdb::Reader::Record>& records) : records_(records) {}

  bool add(std::string_view key, std::string_view value) override {
    if (by_key_.empty() && next_ < records_.size() && records_[next_].key == key && records_[next_].value == value) {
      ++next_;
      return true;
    }
    for (; next_ < records_.size(); ++next_) by_key_.emplace(records_[next_].key, next_);
    // of several with one key, the first in the file counts
    const auto found = by_key_.lower_bound(key);
    const bool has_it = found != by_key_.end() && found->first == key;
    if (!has_it)
      differing_ = fmt::format("it lacks a record for the key {}", core::quoted(key));
    else if (records_[found->second].value != value)
      differing_ = fmt::format("what it has for the key {} is another", core::quoted(key));
    if (!differing_.empty()) return false;
    by_key_.erase(found);
    return true;
  }
  /// How the first record that the database has not, or has otherwise, differs; empty: none does.
  [[nodiscard]] const std::string& differing() const { return differing_; }
  [[nodiscard]] bool has_more_records() const { return !by_key_.empty() || next_ < records_.size(); }

 private:
  const std::vector<cdb::Reader::Record>& records_;
  std::size_t next_ = 0;
  /// Those not seen yet, as soon as one came in another order.
  std::multimap<std::string_view, std::size_t> by_key_;
  std::string differing_;
};

}  // namespace

std::optional<std::string> difference_of(const cdb::Reader& database, const Policy& policy, const std::string& path,
                                         const std::string& daemon) {
  const auto records = database.records();
  Comparison comparison(records);
  Findings refusals;
  const bool lowered = cdb::lower(policy, daemon, comparison, refusals);
  if (!comparison.differing().empty()) return comparison.differing();
  if (!lowered) return std::nullopt;
  // vpopmail puts the grants of POP before SMTP behind the rules
  std::error_code ignored;
  const auto grants = std::filesystem::path(path).parent_path() / "open-smtp";
  if (comparison.has_more_records() && !std::filesystem::exists(grants, ignored))
    return "it has records that no rule here gives";
  return "";
}

void check_database(const Source& source, const Policy& policy, Findings& findings) {
  const std::string database = database_beside(source.name());
  std::error_code ignored;
  if (!policy.is_by_key() || !policy.complete || !std::filesystem::is_regular_file(database, ignored)) return;
  const auto reader = cdb::Reader::open(database);
  const auto report = [&](std::string message) {
    findings.add(databases::stale, {source.base(), source.base()}, std::move(message))
        .with_help("compile it again: tcpserver reads the database, not this file");
  };
  if (!reader.ok()) return report(reader.error().message());
  const std::string how = difference_of(reader.value(), policy, source.name(), {}).value_or("");
  if (!how.empty()) report(fmt::format("{} was not compiled from this text: {}", core::quoted(database), how));
}

}  // namespace core
