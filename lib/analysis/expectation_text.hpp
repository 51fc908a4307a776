// Reading expectation files, and the words for clients that a search understands, too. The grammar stands in
// expectation_text.cpp.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/expectations.hpp"
#include "base/finding.hpp"
#include "base/source.hpp"

namespace core::analysis {

/// Addresses, or why the text is none: a half sentence for a message.
using AddressesOrReason = std::variant<std::vector<Range>, std::string>;

/// Reads one word: "any", an address, "10.0.0.0/8", "10.", "10.0.0.1-10.0.0.9".
[[nodiscard]] AddressesOrReason parse_addresses(std::string_view word);

/// Reads "none", "any", a name, or a suffix with its dot. False when it is no name.
[[nodiscard]] bool parse_host(std::string_view text, HostQuery& host);

/// Reads a whole file. What cannot be read is a finding and makes the file incomplete; so is a file without any
/// expectation, which would hold whatever the rules say. Lines that cannot hold together are findings, too, and make it
/// contradictory.
[[nodiscard]] ExpectationFile parse_expectations(const Source& source, const Sources& sources, Findings& findings);

}  // namespace core::analysis
