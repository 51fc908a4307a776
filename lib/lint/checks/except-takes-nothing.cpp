#include "lint/checks/registry.hpp"
#include "lint/pattern_overlap.hpp"

namespace {

/// Reports the exceptions of `list` that no one of `patterns` has a client in common with, then those from the
/// exceptions.
void check_list(const PolicyFacts& facts, const std::vector<ClientPattern>& patterns, std::uint32_t index,
                bool is_first, Findings& findings) {
  if (index == 0) return;
  const ExceptionList& list = facts.policy.exception_lists[index];
  std::vector<ClientPattern> excepted;
  for (std::size_t i = 0; i < list.patterns.size(); ++i) {
    const ClientPattern& pattern = list.patterns[i];
    excepted.push_back(pattern);
    if (i >= list.spans.size() || std::holds_alternative<RawKey>(pattern))
      continue;  // a dead pattern was reported as such
    if (!std::all_of(patterns.begin(), patterns.end(),
                     [&](const ClientPattern& other) { return is_disjoint(other, pattern); }))
      continue;
    report_at(
        findings, except_takes_nothing.kind, list.spans[i],
        fmt::format("{} behind EXCEPT takes nothing away: it has no client in common with what stands before EXCEPT",
                    quoted(facts.sources.text(list.spans[i]))),
        is_first ? "everything behind EXCEPT is an exception: clients that are meant stand in front of it"
                 : "a second EXCEPT takes away from the first; all exceptions stand behind one EXCEPT");
  }
  check_list(facts, excepted, list.exceptions, false, findings);
}

void check_except_takes_nothing(const PolicyFacts& facts, Findings& findings) {
  const Rules& rules = facts.policy.rules;
  for (std::size_t i = 0; i < rules.size();) {
    const std::uint32_t exceptions = rules[i].exceptions();
    std::vector<ClientPattern> patterns;
    // the patterns of one line share its exceptions
    for (; i < rules.size() && rules[i].exceptions() == exceptions; ++i)
      if (exceptions != 0) patterns.push_back(rules[i].pattern());
    check_list(facts, patterns, exceptions, true, findings);
  }
}

}  // namespace

const core::Check core::checks::except_takes_nothing = {
    .kind = {"RR221", "except-takes-nothing", Severity::warning},
    .summary = "a pattern behind EXCEPT that takes nothing away",
    .rationale =
        "Everything behind EXCEPT is excepted, to the end of the list: in '10. EXCEPT 10.1., 192.168.' the network "
        "192.168. is no client of the rule but an exception from 10., where it changes nothing. A second EXCEPT takes "
        "away from the first: in 'ALL EXCEPT 10. EXCEPT 192.168.' nobody of 192.168. is excepted.\n"
        "Write the clients that are meant in front of EXCEPT, and all exceptions behind one EXCEPT: 'ALL EXCEPT 10. "
        "192.168.'.",
    .bad = {"hosts.allow", "sshd : 10. EXCEPT 10.1., 192.168.\n"},
    .good = {"hosts.allow", "sshd : 10., 192.168. EXCEPT 10.1.\n"},
    .needs = Traits::daemons,
    .policy = check_except_takes_nothing,
};
