// Comparing rules with the database beside them: see stale_database.hpp. Record by record, in order, as every compiler
// of this family writes them.
#include "site/stale_database.hpp"

#include <fmt/format.h>

#include <filesystem>
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
    const bool same = next_ < records_.size() && records_[next_].key == key && records_[next_].value == value;
    if (!same) differing_ = std::string(key);
    ++next_;
    return same;
  }
  /// The first key that the database has not, or has with another value or at another place.
  [[nodiscard]] const std::optional<std::string>& differing() const { return differing_; }
  [[nodiscard]] bool has_more_records() const { return next_ < records_.size(); }

 private:
  const std::vector<cdb::Reader::Record>& records_;
  std::size_t next_ = 0;
  std::optional<std::string> differing_;
};

}  // namespace

std::optional<std::string> difference_of(const cdb::Reader& database, const Policy& policy, const std::string& path,
                                         const std::string& daemon) {
  const auto records = database.records();
  Comparison comparison(records);
  Findings refusals;
  const bool lowered = cdb::lower(policy, daemon, comparison, refusals);
  if (comparison.differing())
    return fmt::format("what it has for the key {} is another", core::quoted(*comparison.differing()));
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
