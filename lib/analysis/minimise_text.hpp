// A rule file made as small as possible: the proposal of minimise as text, proved.
//
//   text --> parse --> minimise --> text --> parse --> diff with the first --> again, until nothing gets smaller
//
// Invariant: no text leaves here that was not read again and found to decide as the one that came in, for every client.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/format.hpp"

namespace core::analysis {

struct MinimisedText {
  std::string text;
  std::size_t rules_before = 0;
  std::size_t rules_after = 0;
  std::size_t unmatchable = 0;  ///< rules that no client can match; they were left out
};

/// Makes `text`, which must be free of errors, as small as possible: fewest rules, then fewest bytes. `format` is
/// tcprules or tcprules-extended. `wanted` is the policy that the text is, or a CDB that it was made from. Lines of
/// rules that stay are not touched, and comments stay with them. None when the proof failed, which is a mistake in this
/// program.
[[nodiscard]] std::optional<MinimisedText> minimise_text(const Format& format, std::string_view text,
                                                         const Policy& wanted);

}  // namespace core::analysis
