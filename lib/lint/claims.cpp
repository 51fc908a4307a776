// Reading claims off patterns and lists of daemons: see claims.hpp.
#include "lint/claims.hpp"

#include <algorithm>

#include "model/matched.hpp"
#include "model/space.hpp"

namespace core {
namespace {

bool is_plain_word(std::string_view word) {
  return !word.empty() && word.find_first_of("*?") == std::string_view::npos && word.front() != '.' &&
         word.back() != '.' && word != "all" && word != "known";
}

}  // namespace

bool Claim::is_for_all() const {
  return ranges.size() == 2 && ranges[0] == all_addresses(Family::ipv4) && ranges[1] == all_addresses(Family::ipv6);
}

Claim claim_of(const Policy& policy, const Rule& rule) {
  Claim claim;
  if (const auto host = rule.get_if<HostName>()) claim.name = host->name;
  if (const auto suffix = rule.get_if<HostSuffix>()) claim.name = suffix->suffix;
  claim.ranges = matched(rule.pattern(), matches_everybody);
  claim.is_known = !claim.name.empty() || !claim.ranges.empty();
  claim.is_exact = claim.is_known && rule.info() == 0 && rule.exceptions() == 0;
  if (rule.exceptions() == 0 || !claim.name.empty()) return claim;
  if (!has_address_exceptions(policy, rule)) return claim;
  claim.is_exact = claim.is_known && rule.info() == 0;
  claim.ranges = matched(policy, rule, matches_everybody);
  claim.is_known = !claim.ranges.empty();
  return claim;
}

Services services_of(const Policy& policy, const Rule& rule) {
  const DaemonList& list = policy.daemons_of(rule);
  const bool are_listed = std::all_of(list.names.begin(), list.names.end(), is_plain_word);
  return {list.names, are_listed, are_listed && list.exceptions == 0 && list.servers.empty()};
}

}  // namespace core
