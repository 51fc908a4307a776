// Matching a domain against a destination list: see destinations.hpp.
#include "model/destinations.hpp"

#include <algorithm>

namespace core {

void DestinationList::add(Destination entry) {
  first_.try_emplace(entry.name, static_cast<std::uint32_t>(entries_.size()));
  entries_.push_back(std::move(entry));
}

const Destination* DestinationList::find(std::string_view domain) const {
  // the first is the whole domain, the others begin with a dot
  for (std::size_t begin = 0; begin < domain.size(); begin = std::min(domain.find('.', begin + 1), domain.size()))
    if (const auto found = first_.find(std::string(domain.substr(begin))); found != first_.end())
      return &entries_[found->second];
  return nullptr;
}

}  // namespace core
