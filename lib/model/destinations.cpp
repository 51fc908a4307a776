// Matching a domain against a destination list: see destinations.hpp. The obvious way, entry by entry.
#include "model/destinations.hpp"

#include <algorithm>

namespace core {

bool DestinationList::accepts(std::string_view domain) const {
  return std::any_of(entries.begin(), entries.end(), [&](const Destination& entry) {
    if (entry.name == domain) return true;
    return entry.is_suffix() && domain.size() > entry.name.size() && domain.ends_with(entry.name);
  });
}

}  // namespace core
