// Holding analysis to its word: see oracle.hpp.
#include "analysis/oracle.hpp"

#include <cstdio>
#include <cstdlib>

#include "model/key_index.hpp"

namespace core::analysis {

void require_decisions(const Policy& policy, std::string_view daemon, std::span<const Witness> witnesses) {
  std::vector<const Client*> clients;
  for (const Witness& witness : witnesses) clients.push_back(witness.client);
  const Evaluator evaluator(policy, daemon, clients);
  for (const auto& [client, rule] : witnesses) {
    if (evaluator.decide(*client).rule == rule) continue;
    std::fprintf(stderr,
                 "relayrules: analysis and evaluate disagree about the client %s %s: this is a mistake in relayrules, "
                 "please report it\n",
                 format_address(client->address).c_str(), client->host.value_or("").c_str());
    std::abort();
  }
}

}  // namespace core::analysis
