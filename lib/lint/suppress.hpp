// Suppressions: comments in which an author says that a finding is meant.
//
//   # relayrules: allow NAME[,NAME...] REASON        for the next rule
//   # relayrules: allow-file NAME[,NAME...] REASON   above the first rule, for the whole file
//
// What the grammar's errors report cannot be allowed: a line that was not understood may be a denial.
#pragma once

#include <cstddef>
#include <span>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/format.hpp"
#include "model/site.hpp"

namespace core {

/// Takes from `findings` what the comments of `files` allow and returns how many that were. Adds findings about
/// comments that allow nothing, name no check or give no reason. Call it once, after all checks.
std::size_t apply_suppressions(std::span<const CheckedFile> files, Findings& findings);

}  // namespace core
