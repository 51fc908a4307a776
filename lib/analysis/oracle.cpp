// Holding analysis to its word: see oracle.hpp.
#include "analysis/oracle.hpp"

#include <cstdio>
#include <cstdlib>

#include "model/key_index.hpp"

namespace core::analysis {

std::vector<Decision> decide_all(const Policy& policy, std::span<const Client* const> clients,
                                 std::string_view daemon) {
  // below this evaluate takes less time than an index
  constexpr std::size_t small = 100'000;
  std::vector<Decision> decisions;
  decisions.reserve(clients.size());
  if (!policy.is_by_key() || policy.rules.size() * clients.size() <= small) {
    for (const Client* client : clients) decisions.push_back(evaluate(policy, *client, daemon));
    return decisions;
  }
  const KeyIndex index(policy, clients);
  for (const Client* client : clients) decisions.push_back(index.decide(*client));
  return decisions;
}

void require_rule(const Decision& decision, std::optional<std::size_t> rule, const Client& witness) {
  if (decision.rule == rule) return;
  std::fprintf(stderr,
               "relayrules: analysis and evaluate disagree about the client %s %s: this is a mistake in relayrules, "
               "please report it\n",
               format_address(witness.address).c_str(), witness.host.value_or("").c_str());
  std::abort();
}

}  // namespace core::analysis
