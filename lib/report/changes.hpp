// The changes between two policies, and who decides in one, as text for people and as JSON for programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/diff.hpp"
#include "report/clients.hpp"

namespace core {

/// What a report of changes needs to name rules by file and line.
struct ChangeContext {
  NamedPolicy before;
  NamedPolicy after;
};

/// "may now send to any domain": what clients do whose decision changed so.
[[nodiscard]] std::string_view change_headline(analysis::ChangeKind kind);
/// Groups by kind, most dangerous first, with a witness for each change.
[[nodiscard]] std::string format_changes(const std::vector<analysis::Change>& changes, const ChangeContext& context);
/// One line for each kind: how many addresses.
[[nodiscard]] std::string format_change_summary(const std::vector<analysis::Change>& changes);
/// {"same":bool,"changes":[...]} and a line feed; the fields are documented in relayrules(1).
[[nodiscard]] std::string format_changes_json(const std::vector<analysis::Change>& changes,
                                              const ChangeContext& context);

/// A paragraph for each region, and how many addresses they are together.
[[nodiscard]] std::string format_decided(const std::vector<analysis::DecidedRegion>& regions, const NamedPolicy& named);
/// {"found":n,"regions":[...]} and a line feed; the fields are documented in relayrules(1).
[[nodiscard]] std::string format_decided_json(const std::vector<analysis::DecidedRegion>& regions,
                                              const NamedPolicy& named);

}  // namespace core
