// Repairing a rule file: the fixes of its findings are applied, it is checked again, and so on until nothing is left to
// repair.
//
//   text --> findings --> apply_fixes --> text' --> findings' --> ...
//
// Invariant: a repair brings no new danger. One whose line then relays more than it should, or is in error, is held
// back: the finding stays, and somebody has to decide. (A file that its program refuses decides nothing: it is
// repaired, and what it says is then judged as ever.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/diff.hpp"
#include "base/finding.hpp"
#include "base/source.hpp"

namespace core {

/// Reads and checks `source`, which is the only one of `sources`, and returns what may be repaired.
using FindFindings = std::function<Findings(const Sources& sources, const Source& source)>;

/// A repair that was not made.
struct HeldBack {
  std::uint32_t line = 0;             ///< in the repaired text
  const FindingKind* kind = nullptr;  ///< what is not repaired
  const FindingKind* then = nullptr;  ///< what would be found then
};

struct RepairedText {
  std::string text;
  std::map<std::string_view, std::size_t> repaired;  ///< how many findings, by name of their check
  std::vector<HeldBack> held_back;                   ///< in the order of the text
  Findings left;                                     ///< of the repaired text; their spans begin at 0
};

/// Repairs `text`, which is called `name`. Ends after a bounded number of rounds even when repairs contradict each
/// other.
[[nodiscard]] RepairedText repair_text(const std::string& name, std::string_view text, const FindFindings& find);

/// What repairs change for clients, proved over all of them, or why it cannot be.
struct RepairChanges {
  std::string_view obstacle;  ///< why nothing can be said; empty when `changes` are all there are
  std::vector<analysis::Change> changes;
};

/// analysis::diff, without changes for names that no client has ("=host.example.com."): these are what was repaired.
/// `daemon`: whose rules are compared; empty: rules are about no daemon.
[[nodiscard]] RepairChanges repair_changes(const Policy& before, const Policy& after, std::string_view daemon);

}  // namespace core
