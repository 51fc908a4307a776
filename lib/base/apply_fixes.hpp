// Applying the repairs of findings to the text that they were found in.
//
// Pure work on text: nothing is read again here, so whether the result is better is for the caller to find out
// (lint/repair_text.hpp). Invariant: the fix of a finding is applied whole or not at all. One that touches what an
// earlier one changes is left out; it may be applied to the result, once that has been checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"

namespace core {

/// One edit that was made.
struct AppliedEdit {
  Span before;              ///< what was replaced, as an offset into the old text
  Span after;               ///< what stands there, as an offset into the new text
  std::size_t finding = 0;  ///< whose edit it is: an index into the findings that were given
};

struct AppliedFixes {
  std::string text;
  std::vector<AppliedEdit> edits;     ///< in the order of the text
  std::vector<std::size_t> findings;  ///< those whose fixes were applied, by index, in the given order
};

/// Applies the fixes of `findings`, in this order, to `text`, which begins at the offset `base` of its Sources.
/// Findings without a fix, with one outside of the text, or with one that meets an earlier one are passed over.
[[nodiscard]] AppliedFixes apply_fixes(std::string_view text, std::uint32_t base,
                                       std::span<const Finding* const> findings);

}  // namespace core
