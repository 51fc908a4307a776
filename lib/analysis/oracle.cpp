// Holding analysis to its word: see oracle.hpp.
#include "analysis/oracle.hpp"

#include <cstdio>
#include <cstdlib>

namespace relayrules::analysis {

void require_rule(const Decision& decision, std::optional<std::size_t> rule, const Client& witness) {
  if (decision.rule == rule) return;
  std::fprintf(stderr,
               "relayrules: analysis and evaluate disagree about the client %s %s: this is a mistake in relayrules, "
               "please report it\n",
               format_address(witness.address).c_str(), witness.host.value_or("").c_str());
  std::abort();
}

}  // namespace relayrules::analysis
