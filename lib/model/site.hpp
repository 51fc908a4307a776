// Site: the files that belong to one server.
//
// Checks and audits take a Site, because some mistakes only show when two files are read together. A single file is a site
// of one.
#pragma once

#include <vector>

#include "model/destinations.hpp"
#include "model/policy.hpp"

namespace core {

struct Site {
  std::vector<Policy> policies;               ///< in the order in which they are consulted
  std::vector<DestinationList> destinations;  ///< who is "us"
};

}  // namespace core
