// The page of one check as text: what `relayrules explain NAME` prints.
#pragma once

#include <string>
#include <string_view>

#include "lint/check.hpp"

namespace core {

/// The page of `check`. `says` is what the checker prints of the bad example, rendered by the caller; empty leaves it
/// out. Running text takes at most `columns`.
[[nodiscard]] std::string explain_check(const Check& check, std::string_view says = {}, std::size_t columns = 80);

/// All checks with their pages, for programs: {"checks":[{"code":…,"name":…,"severity":…,"summary":…,"formats":[…],
/// "former":[…],"rationale":…,"bad":…,"good":…,"silence":…},…]} and a line feed.
[[nodiscard]] std::string format_checks_json();

/// The same page in Markdown, for services that show it beside a finding.
[[nodiscard]] std::string explain_check_markdown(const Check& check);

/// One or two sentences on what to do where the check is wrong about a file, or cannot be done without.
[[nodiscard]] std::string how_to_silence(const Check& check);

/// "gateway-relay (RR414), dynamic-range (RR423)": what `check` was called before; empty when it has always been
/// called so.
[[nodiscard]] std::string former_names(const Check& check);

/// `text` with a line feed at its end, every line behind `indent` and fit for a terminal: control bytes become \xNN.
[[nodiscard]] std::string indented(std::string_view text, std::string_view indent);

}  // namespace core
