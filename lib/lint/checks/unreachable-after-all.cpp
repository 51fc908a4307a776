// unreachable-after-all: rules below one that matches everybody.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "lint/checks/registry.hpp"
#include "lint/conflicts.hpp"

namespace core::checks {
namespace {

/// True when `wide` is about every daemon that `narrow` is about.
bool covers_services(const Policy& policy, const Rule& wide, const Rule& narrow) {
  if (wide.daemons() == 0 || wide.daemons() == narrow.daemons()) return true;
  const DaemonList& daemons = policy.daemons_of(wide);
  if (daemons.exceptions != 0 || !daemons.servers.empty()) return false;
  const auto& needed = policy.daemons_of(narrow).names;
  return !needed.empty() && std::all_of(needed.begin(), needed.end(), [&](const std::string& daemon) {
    return std::find(daemons.names.begin(), daemons.names.end(), daemon) != daemons.names.end();
  });
}

void run(const PolicyFacts& facts, Findings& findings) {
  if (facts.policy.is_by_key() && !facts.program.first_rule_decides) return;
  std::vector<std::uint32_t> closing;  // the catch-alls so far that hide others
  std::size_t next = 0;
  std::uint32_t reported_begin = UINT32_MAX;
  for (std::uint32_t index = facts.catch_alls.empty() ? 0 : facts.catch_alls.front(); index < facts.policy.rules.size();
       ++index) {
    const Rule rule = facts.rule(index);
    const auto hides = [&](std::uint32_t other) {
      // of hosts.deny below hosts.allow speaks conflicting-files
      return facts.rule(other).span().begin != rule.span().begin && in_one_file(facts, facts.rule(other), rule) &&
             covers_services(facts.policy, facts.rule(other), rule);
    };
    const auto hiding = std::find_if(closing.begin(), closing.end(), hides);
    if (hiding != closing.end() && rule.span().begin != reported_begin) {
      reported_begin = rule.span().begin;
      findings
          .add(unreachable_after_all.kind, rule.span(),
               fmt::format("{} is never asked: a rule above it is for all clients",
                           quoted(facts.sources.text(rule.span()))))
          .with_help("move the rule for all clients below it")
          .with_related(facts.rule(*hiding).span(), "this one decides for every client");
    }
    if (next < facts.catch_alls.size() && facts.catch_alls[next] == index) {
      ++next;
      // a second rule for the same daemons hides nothing more
      if (rule.exceptions() == 0 && rule.info() == 0 && hiding == closing.end()) closing.push_back(index);
    }
  }
}

}  // namespace

const Check unreachable_after_all = {
    .kind = {"RR204", "unreachable-after-all", Severity::warning},
    .summary = "a rule that stands below one for all clients of its service",
    .rationale =
        "hosts.allow and hosts.deny are read from the top, and the first rule that matches decides. Below 'ALL : ALL', "
        "or below 'sshd : ALL' for sshd, nothing is ever asked, whether it allows or refuses.\n"
        "Move the rule for everybody to the end of the file.\n"
        "spamdyke reads tcp.smtp in the same way; that is said with '--program spamdyke'.",
    .bad = {"hosts.allow", "sshd : ALL : deny\nsshd : 10.1. : allow\n"},
    .good = {"hosts.allow", "sshd : 10.1. : allow\nsshd : ALL : deny\n"},
    .formats = "tcprules hosts_access",
    .policy = run,
};

}  // namespace core::checks
