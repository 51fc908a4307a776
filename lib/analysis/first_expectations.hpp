// First expectations: what rules do today, as lines that somebody may keep in an expectation file.
//
// Each line is proved of the rules before it is returned. Few lines that a person reads are better than all there are:
// who relays, who is refused, and that it is nobody else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/partition.hpp"
#include "model/destinations.hpp"

namespace core::analysis {

struct FirstExpectation {
  std::string text;                 ///< a line in the grammar of expectation files, without reason
  std::optional<std::size_t> rule;  ///< the rule that it is about; none for everybody else
};

/// Lines that belong together.
struct FirstExpectations {
  std::string title;  ///< "may send to any domain"
  std::vector<FirstExpectation> lines;
  std::size_t left_out = 0;  ///< rules for which there was no short line, or no room
};

/// What `clients` and `lists` do; `clients` is null when there are no client rules. No group is empty.
[[nodiscard]] std::vector<FirstExpectations> first_expectations(const Partition* clients,
                                                                std::span<const DestinationList> lists);

}  // namespace core::analysis
