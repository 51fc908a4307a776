// What monitoring wants to know of a CDB that is in use: as text, as a plugin's line, for Prometheus, as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/audit.hpp"
#include "cdb/origin.hpp"

namespace core {

/// The exit codes of monitoring plugins. Source: Monitoring Plugins Development Guidelines, "Plugin Return Codes".
enum class Health : std::uint8_t { ok = 0, warning = 1, critical = 2, unknown = 3 };

/// What was found out about one CDB.
struct DatabaseStatus {
  HashedFile database;                   ///< without a hash where it could not be read
  std::string failure;                   ///< why nothing is known of it; empty: it was read
  std::int64_t age_seconds = 0;          ///< since it was written; below 0 where that lies in the future
  std::optional<std::int64_t> max_age;   ///< in seconds
  std::optional<analysis::Audit> audit;  ///< of the CDB alone, where it was read
  std::vector<HashedFile> sources;       ///< the files of --source
  std::string source_failure;            ///< why it cannot be compared with them; empty: it was
  std::string difference;                ///< from them; empty: none
  std::optional<cdb::Origin> origin;     ///< what is recorded of this very CDB
  std::string origin_failure;  ///< why what is recorded beside it tells nothing of it; empty: nothing is wrong
  bool is_past = false;        ///< the time until which it was to be used is over
  std::string update_failure;  ///< why the last attempt to replace it failed; empty: it did not
};

/// "90m", "2h", "7d", "30s" as seconds; none for anything else, and for more than a hundred years.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);

/// The worst of all that is wrong. Missing, unreadable, damaged or an open relay: critical. Too old, from the future,
/// past its time, not what the sources say, not what is recorded, or not to be replaced by what is new: warning.
[[nodiscard]] Health health_of(const DatabaseStatus& status);

/// Lines for people.
[[nodiscard]] std::string format_status(const DatabaseStatus& status);
/// One line with performance data.
[[nodiscard]] std::string format_status_nagios(const DatabaseStatus& status);
/// Prometheus' text format 0.0.4.
[[nodiscard]] std::string format_status_prometheus(const DatabaseStatus& status);
/// One object and a line feed; the fields are documented in relayrules(1).
[[nodiscard]] std::string format_status_json(const DatabaseStatus& status);

}  // namespace core
