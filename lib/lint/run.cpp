// Running the checks: see run.hpp. Every check sees only files of formats that have what it needs.
#include "lint/run.hpp"

#include <algorithm>
#include <atomic>
#include <set>
#include <vector>

#include "base/ascii_case.hpp"
#include "base/edit_distance.hpp"
#include "base/finding_kinds.hpp"
#include "base/launch.hpp"
#include "lint/check.hpp"
#include "lint/repair.hpp"

namespace core {
namespace {

/// All checks only look at the facts, so that two threads share them where there are many rules. What they find stays
/// in the order of the checks.
void check_policy(const PolicyFacts& facts, Findings& findings, std::launch helper) {
  const Format* format = find_format(facts.policy.format);
  if (format == nullptr) return;  // a CDB is no text
  std::vector<const Check*> checks;
  for (const Check* check : all_checks())
    if (check->policy != nullptr && is_for(*check, *format)) checks.push_back(check);
  std::vector<Findings> found(checks.size());
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < checks.size(); i = next++) checks[i]->policy(facts, found[i]);
  };
  auto beside =
      std::async(helper == std::launch::async ? launch_for(facts.policy.rules.size()) : std::launch::deferred, run);
  run();
  beside.get();
  findings.take(found);
}

/// What is no rule file is not repaired: every repair would only make more nonsense of it.
void withhold_repairs(const Sources& sources, Findings& findings) {
  std::set<const Source*> others;
  for (const Finding& finding : findings.all()) {
    const bool may_be_nul = finding.kind == &syntax::control_character;
    if (!may_be_nul && finding.kind->code != "RR121" && finding.kind->code != syntax::not_text.code) continue;
    const Source* source = sources.find(finding.span.begin);
    if (!may_be_nul || (source != nullptr && source->text().find('\0') != std::string_view::npos))
      others.insert(source);
  }
  if (others.empty()) return;
  for (Finding& finding : findings.all())
    if (others.contains(sources.find(finding.span.begin))) finding.fix.clear();
}

}  // namespace

Called what_is_called(std::string_view name_or_code) {
  const std::string code = in_upper_case(name_or_code);
  // every finding is looked up by what it is called today
  for (const Check* check : all_checks())
    if (check->kind.name == name_or_code || check->kind.code == code) return {check, check->kind.code};
  for (const Check* check : all_checks())
    for (const Alias& alias : check->aliases)
      if (!code.empty() && (alias.name == name_or_code || alias.code == code)) return {check, alias.code};
  return {};
}

std::string_view closest_check_name(std::string_view name) {
  const std::string wanted = in_lower_case(name);
  Nearest closest(wanted);
  for (const Check* check : all_checks()) {
    closest.try_word(check->kind.name);
    for (const Alias& alias : check->aliases) closest.try_word(alias.name);
  }
  return closest.word();
}

void run_checks(const Site& site, const Sources& sources, Findings& findings, const CheckContexts& contexts,
                std::launch helper) {
  for (const Policy& policy : site.policies)
    check_policy(PolicyFacts(policy, sources, contexts.of(policy.span.begin)), findings, helper);
  for (const DestinationList& list : site.destinations)
    for (const Check* check : all_checks())
      if (check->destinations != nullptr) check->destinations(list, sources, findings);
  for (const Check* check : all_checks())
    if (check->site != nullptr) check->site(site, sources, findings);
  withhold_repairs(sources, findings);
}

}  // namespace core
