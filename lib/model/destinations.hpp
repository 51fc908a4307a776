// DestinationList: the domains that a server accepts mail for from anybody (rcpthosts, relay_domains, ...).
//
// A type of its own: a destination is a name, never an address, and what is listed is open to the world. An entry with
// a leading dot stands for every name below it; how a format reads an entry without one is the parser's business.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"

namespace core {

/// One domain, or with a leading dot all names below one, in lower case.
struct Destination {
  std::string name;
  Span span;

  [[nodiscard]] bool is_suffix() const { return !name.empty() && name.front() == '.'; }
  /// The name without a leading dot.
  [[nodiscard]] std::string_view domain() const { return std::string_view(name).substr(is_suffix() ? 1 : 0); }
};

/// One such file.
struct DestinationList {
  std::string_view format;
  Span span;
  std::vector<Destination> entries;

  /// True when mail for `domain` (lower case) is accepted: the name itself is listed, or a suffix of it that begins
  /// with a dot. Source: notqmail rcpthosts.c:44.
  [[nodiscard]] bool accepts(std::string_view domain) const;
};

}  // namespace core
