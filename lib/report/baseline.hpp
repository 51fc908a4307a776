// Baseline: findings that somebody has looked at and accepted for now, so that only new ones are reported.
//
// A finding is known again by its check, its file and the text of its line, not by its line number: lines that move
// stay accepted, and a line that is edited is looked at anew.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/finding.hpp"
#include "base/source.hpp"

namespace core {

/// Code of the check, name of the file, hash of the line's text; and how many such findings there are.
using Baseline = std::map<std::tuple<std::string, std::string, std::string>, std::size_t>;

[[nodiscard]] Baseline make_baseline(const Findings& findings, const Sources& sources);
/// JSON, an entry a line so that changes to it are readable.
[[nodiscard]] std::string format_baseline(const Baseline& baseline);
/// None when `text` is no baseline.
[[nodiscard]] std::optional<Baseline> parse_baseline(std::string_view text);

/// Takes accepted findings out of `findings` and returns their number. What is left in `baseline` is stale: no finding
/// is like it.
std::size_t accept_findings(Baseline& baseline, Findings& findings, const Sources& sources);

}  // namespace core
