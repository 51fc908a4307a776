// Rule files for measuring: like those of real sites, and the same on every machine.
#pragma once

#include <cstddef>
#include <string>

namespace core::bench {

/// A file of `count` rules: single addresses and prefixes of all lengths, most of them denied, some relay clients, a
/// few ranges, names and comments. No address occurs twice; the same count gives the same bytes.
[[nodiscard]] std::string generate_rules(std::size_t count);

}  // namespace core::bench
