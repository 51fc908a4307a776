// The rules of a cidr table: one line, and whom an "if" lets through.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"

namespace core {

/// A network as cidr tables and mynetworks write it: "10.0.0.0/8", "[2001:db8::]/32", "!10.1.2.3".
struct CidrPattern {
  Prefix network;
  bool negated = false;
};

/// What Postfix says of a pattern: `pattern`, or what is wrong with it.
struct ReadCidrPattern {
  CidrPattern pattern;
  std::string fault;  ///< a clause: "bad mask length in '10.0.0.0/33'"; empty: it was understood
  /// Where only bits behind the mask are set: the network that was meant.
  std::optional<Prefix> meant;
};
/// Reads `text`, in which '!' may stand in front, and blanks behind it.
[[nodiscard]] ReadCidrPattern read_cidr_pattern(std::string_view text);

/// The addresses that `pattern` is about, in order: a negated one is about all others of its family.
[[nodiscard]] std::vector<Range> ranges_of(const CidrPattern& pattern);

/// The addresses of `ranges` (in order, of both families) that `pattern` is about, in order.
[[nodiscard]] std::vector<Range> narrowed(const std::vector<Range>& ranges, const CidrPattern& pattern);

}  // namespace core
