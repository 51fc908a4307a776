// Reading the files of exchange: see servers.hpp.
#include "site/servers.hpp"

namespace core {

void read_exchange(Site& site, const std::vector<std::string>& paths, const ReadOptions&, Sources&, Findings&) {
  site.failures.push_back({"use", paths.front(), 0, "files of exchange cannot be read yet"});
}

}  // namespace core
