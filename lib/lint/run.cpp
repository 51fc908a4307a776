// Running the checks: see run.hpp. Every check sees only what its formats say it understands.
#include "lint/run.hpp"

#include <algorithm>

#include "base/edit_distance.hpp"
#include "lint/check.hpp"
#include "lint/repair.hpp"

namespace relayrules {
namespace {

/// True when `name` is one of the blank-separated `names`.
bool is_one_of(std::string_view name, std::string_view names) {
  while (!names.empty()) {
    const std::size_t blank = std::min(names.find(' '), names.size());
    if (names.substr(0, blank) == name) return true;
    names.remove_prefix(std::min(blank + 1, names.size()));
  }
  return false;
}

}  // namespace

const Check* find_check(std::string_view name_or_code) {
  for (const Check* check : all_checks())
    if (check->kind.name == name_or_code || check->kind.code == name_or_code) return check;
  return nullptr;
}

std::string_view closest_check_name(std::string_view name) {
  const std::string wanted = in_lower_case(name);
  const std::size_t limit = 1 + wanted.size() / 5;
  std::string_view closest;
  std::size_t best = limit + 1;
  for (const Check* check : all_checks()) {
    const std::size_t distance = edit_distance(wanted, check->kind.name, limit);
    if (distance >= best) continue;
    best = distance;
    closest = check->kind.name;
  }
  return closest;
}

void run_checks(const Site& site, const Sources& sources, Findings& findings, const CheckContext& context) {
  for (const Policy& policy : site.policies) {
    const PolicyFacts facts(policy, sources, context);
    for (const Check* check : all_checks())
      if (check->policy != nullptr && is_one_of(policy.format, check->formats)) check->policy(facts, findings);
  }
  for (const DestinationList& list : site.destinations)
    for (const Check* check : all_checks())
      if (check->destinations != nullptr && is_one_of(list.format, check->formats))
        check->destinations(list, sources, findings);
  for (const Check* check : all_checks())
    if (check->site != nullptr) check->site(site, sources, findings);
}

}  // namespace relayrules
