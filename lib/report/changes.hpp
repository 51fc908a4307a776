// The changes between two policies, and who decides in one, as text for people and as JSON for programs.
#pragma once

#include <string>
#include <string_view>

#include "analysis/diff.hpp"
#include "report/batches.hpp"
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
void format_changes(const analysis::Changes& changes, const ChangeContext& context, const WriteText& write);
/// One line for each kind: how many addresses.
[[nodiscard]] std::string format_change_summary(const analysis::Changes& changes);
/// {"same":bool,"changes":[...]} and a line feed; the fields are documented in relayrules(1).
void format_changes_json(const analysis::Changes& changes, const ChangeContext& context, const WriteText& write);

/// A paragraph for each region, and how many addresses they are together.
void format_decided(const analysis::Selection& regions, const NamedPolicy& named, const WriteText& write);
/// {"found":n,"regions":[...]} and a line feed; the fields are documented in relayrules(1).
void format_decided_json(const analysis::Selection& regions, const NamedPolicy& named, const WriteText& write);

}  // namespace core
