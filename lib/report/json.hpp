// Findings and decisions as JSON, for programs. The fields are documented in relayrules(1) and do not change their
// meaning.
#pragma once

#include <string>

#include "model/evaluate.hpp"
#include "report/check_report.hpp"

namespace core {

/// {"findings":[...],"summary":{...}} and a line feed. Lines and columns count from 1; a finding without a place has
/// null there.
void write_findings_json(const CheckReport& report, const WriteText& write);

/// What a lookup found out, from rules or from a CDB.
struct LookupAnswer {
  Client client;
  bool allowed = false;
  std::optional<std::string> matched;  ///< the responsible key or pattern; none when nothing matched
  EnvEdits edits;
  bool relay = false;
  /// Of tables whose rules have values: whether it is one, and the value that was found.
  bool is_table = false;
  std::optional<std::string> value;
};

/// One object in one line, with a line feed: {"ip":…,"host":…,"info":…,"verdict":…,"matched":…,"env":{…},"relay":…}.
/// Of a table: {"ip":…,"host":…,"info":…,"matched":…,"result":…}.
[[nodiscard]] std::string format_lookup_json(const LookupAnswer& answer);
/// The object that stands for a client that could not be read: {"line":…,"error":…}.
[[nodiscard]] std::string format_lookup_error_json(std::size_t line, std::string_view error);

}  // namespace core
