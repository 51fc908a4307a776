// DestinationList: the domains that a server accepts mail for from anybody (rcpthosts, relay_domains, ...).
//
// A type of its own: a destination is a name, never an address, and what is listed is open to the world. An entry with
// a leading dot stands for every name below it; how a format reads an entry without one is the parser's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/place_index.hpp"
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

/// One such file. A value; look-ups cost a few searches by hash, and are thread-safe while nothing is added.
class DestinationList {
 public:
  std::string_view format;
  Span span;

  [[nodiscard]] const std::vector<Destination>& entries() const { return entries_; }
  void add(Destination entry);

  /// The entry for which mail for `domain` (lower case) is accepted: its name, or the longest suffix of it that begins
  /// with a dot; of several with one name the first. Null when there is none. Source: notqmail rcpthosts.c:44.
  [[nodiscard]] const Destination* find(std::string_view domain) const;
  [[nodiscard]] bool accepts(std::string_view domain) const { return find(domain) != nullptr; }

 private:
  std::vector<Destination> entries_;
  PlaceIndex first_;  ///< the first entry with a name
};

}  // namespace core
