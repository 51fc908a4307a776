// Matching a domain against a destination list: see destinations.hpp.
#include "model/destinations.hpp"

#include <algorithm>

namespace core {

void DestinationList::add(Destination entry) {
  const auto is_same = [&](std::uint32_t other) { return entries_[other].name == entry.name; };
  first_.find_or_add(PlaceIndex::hash_of(entry.name), static_cast<std::uint32_t>(entries_.size()), is_same);
  entries_.push_back(std::move(entry));
}

const Destination* DestinationList::find(std::string_view domain) const {
  // the first is the whole domain, the others begin with a dot
  for (std::size_t begin = 0; begin < domain.size(); begin = std::min(domain.find('.', begin + 1), domain.size())) {
    const std::string_view name = domain.substr(begin);
    const auto is_it = [&](std::uint32_t entry) { return entries_[entry].name == name; };
    const std::uint32_t found = first_.find(PlaceIndex::hash_of(name), is_it);
    if (found != PlaceIndex::nobody) return &entries_[found];
  }
  return nullptr;
}

}  // namespace core
