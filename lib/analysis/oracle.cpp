// Holding analysis to its word: see oracle.hpp.
#include "analysis/oracle.hpp"

#include <cstdio>
#include <cstdlib>

#include "model/key_index.hpp"

namespace core::analysis {

void require_decisions(const Policy& policy, std::string_view daemon, std::span<const Claimed> claimed) {
  std::vector<const Client*> witnesses;
  for (const Claimed& claim : claimed) witnesses.push_back(claim.witness);
  const Evaluator evaluator(policy, daemon, witnesses);
  for (const auto& [witness, rule] : claimed) {
    if (evaluator.decide(*witness).rule == rule) continue;
    std::fprintf(stderr,
                 "relayrules: analysis and evaluate disagree about the client %s %s: this is a mistake in relayrules, "
                 "please report it\n",
                 format_address(witness->address).c_str(), witness->host.value_or("").c_str());
    std::abort();
  }
}

}  // namespace core::analysis
