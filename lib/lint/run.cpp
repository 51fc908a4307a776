// Running the checks: see run.hpp. Every check sees only what its formats say it understands.
#include "lint/run.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <set>
#include <vector>

#include "base/edit_distance.hpp"
#include "base/finding_kinds.hpp"
#include "base/launch.hpp"
#include "lint/check.hpp"
#include "lint/repair.hpp"

namespace core {
namespace {

/// The format whose checks a policy gets: the dialects of tcprules have all of them.
std::string_view checked_as(std::string_view format) {
  return format == "tcprules-ipv6" || format == "tcprules-tcp6" ? "tcprules" : format;
}

/// True when `name` is one of the blank-separated `names`.
bool is_one_of(std::string_view name, std::string_view names) {
  while (!names.empty()) {
    const std::size_t blank = std::min(names.find(' '), names.size());
    if (names.substr(0, blank) == name) return true;
    names.remove_prefix(std::min(blank + 1, names.size()));
  }
  return false;
}

/// All checks only look at the facts, so that two threads share them where there are many rules. What they find stays in the order of
/// the checks.
void check_policy(const PolicyFacts& facts, Findings& findings, std::launch helper) {
  std::vector<const Check*> checks;
  for (const Check* check : all_checks())
    if (check->policy != nullptr && is_one_of(checked_as(facts.policy.format), check->formats)) checks.push_back(check);
  std::vector<Findings> found(checks.size());
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < checks.size(); i = next++) checks[i]->policy(facts, found[i]);
  };
  auto beside =
      std::async(helper == std::launch::async ? launch_for(facts.policy.rules.size()) : std::launch::deferred, run);
  run();
  beside.get();
  for (Findings& part : found) std::move(part.all().begin(), part.all().end(), std::back_inserter(findings.all()));
}

/// What is no rule file is not repaired: every repair would only make more nonsense of it.
void withhold_repairs(const Sources& sources, Findings& findings) {
  std::set<const Source*> others;
  for (const Finding& finding : findings.all()) {
    const std::string_view code = finding.kind->code;
    const Source* source = sources.find(finding.span.begin);
    const bool has_nul = finding.kind == &syntax::control_character && source != nullptr &&
                         source->text().find('\0') != std::string_view::npos;
    if (code == "RR121" || code == syntax::not_text.code || has_nul) others.insert(source);
  }
  if (others.empty()) return;
  for (Finding& finding : findings.all())
    if (others.contains(sources.find(finding.span.begin))) finding.fix.clear();
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

void run_checks(const Site& site, const Sources& sources, Findings& findings, const CheckContext& context,
                std::launch helper) {
  for (const Policy& policy : site.policies) check_policy(PolicyFacts(policy, sources, context), findings, helper);
  for (const DestinationList& list : site.destinations)
    for (const Check* check : all_checks())
      if (check->destinations != nullptr && is_one_of(list.format, check->formats))
        check->destinations(list, sources, findings);
  for (const Check* check : all_checks())
    if (check->site != nullptr) check->site(site, sources, findings);
  withhold_repairs(sources, findings);
}

}  // namespace core
