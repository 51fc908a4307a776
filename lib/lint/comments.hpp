// Comments of rule files: the only place where some facts stand, such as what a host is for.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lint/facts.hpp"

namespace core {

/// A rule that relays, and what the comment above it says of its clients.
struct SaidOfRelay {
  std::uint32_t rule = 0;
  std::string_view word;
};

/// The relaying rules above which a comment has one of `words`, in lower case, with no letter before it nor behind; a
/// word that ends in '*' may go on. Nothing for more rules than people write: a program writes no comments.
[[nodiscard]] std::vector<SaidOfRelay> relays_said_to_be(const PolicyFacts& facts,
                                                         std::span<const std::string_view> words);

}  // namespace core
