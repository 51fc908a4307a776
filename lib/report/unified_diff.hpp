// A unified diff between two texts, as diff -u prints it and patch reads it.
//
// Only what differs is compared line by line: equal lines at both ends are cut off first, and lines that stand once in
// both texts divide the rest into small pieces. So large files with few differences take time that is linear in their
// length. The result is always correct; where texts have little in common it is not always the shortest.
#pragma once

#include <string>
#include <string_view>

namespace core {

/// What makes `after` of `before`, with three lines of context; empty when they are equal. Both texts are of `file`,
/// whose name is written as patch takes it; where diff puts the time of the new file stands "(`label`)".
[[nodiscard]] std::string format_unified_diff(std::string_view before, std::string_view after, std::string_view file,
                                              std::string_view label);

}  // namespace core
