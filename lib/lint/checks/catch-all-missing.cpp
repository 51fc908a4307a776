// catch-all-missing: what holds for everybody else is left unsaid.
//
// hosts.allow alone says nothing of everybody else: that is for hosts.deny. Only the two together can lack the rule.
#include "lint/checks/registry.hpp"

namespace {

/// True when hosts.allow and hosts.deny were read, one after the other.
bool is_pair(const PolicyFacts& facts) {
  return facts.sources.find(facts.policy.span.begin) != facts.sources.find(facts.policy.span.end);
}

/// False when it is certain that no daemon is on both lists.
bool may_share_daemon(const DaemonList& a, const DaemonList& b) {
  const auto is_plain = [](const std::string& name) { return name.find_first_of("*?.") == std::string::npos; };
  return a.names.empty() || b.names.empty() || !std::all_of(a.names.begin(), a.names.end(), is_plain) ||
         !std::all_of(b.names.begin(), b.names.end(), is_plain) ||
         std::find_first_of(a.names.begin(), a.names.end(), b.names.begin(), b.names.end()) != a.names.end();
}

/// By service list: some rule refuses a client of one of its daemons. Lines mostly repeat a few lists.
std::vector<bool> refused_services(const Policy& policy) {
  std::vector<bool> of_denial(policy.daemon_lists.size());
  for (const Rule rule : policy.rules)
    if (rule.access() == Access::deny) of_denial[rule.daemons()] = true;
  std::vector<bool> refused = of_denial;
  for (std::size_t i = 0; i < refused.size(); ++i)
    for (std::size_t other = 0; other < of_denial.size() && !refused[i]; ++other)
      refused[i] = of_denial[other] && may_share_daemon(policy.daemon_lists[i], policy.daemon_lists[other]);
  return refused;
}

void run_on_pair(const PolicyFacts& facts, Findings& findings) {
  const Policy& policy = facts.policy;
  const std::vector<bool> refused = refused_services(policy);
  const auto changes_nothing = [&](const Rule& rule) {
    return rule.access() == Access::allow && rule.edits() == 0 && !refused[rule.daemons()] && !rule.is<AnyClient>() &&
           policy.options_of(rule).empty();
  };
  const auto found = std::find_if(policy.rules.begin(), policy.rules.end(), changes_nothing);
  if (found == policy.rules.end()) return;
  report_at(findings, catch_all_missing.kind, (*found).span(),
            "this rule changes nothing: neither hosts.allow nor hosts.deny refuses anybody else",
            "end hosts.deny with 'ALL : ALL'");
}

/// True when the rules give their clients something, mostly relaying. They then mean something without a rule for
/// everybody else, and letting him in is what a mail server is for.
bool gives_variables(const PolicyFacts& facts) {
  const Rules& rules = facts.policy.rules;
  return !facts.relays.empty() || std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
    return rule.access() == Access::allow && rule.edits() != 0;
  });
}

void check_catch_all_missing(const PolicyFacts& facts, Findings& findings) {
  if (!facts.policy.is_by_key()) {
    if (facts.policy.complete && is_pair(facts)) run_on_pair(facts, findings);
    return;
  }
  if (facts.policy.rules.empty() || !facts.catch_alls.empty() || !facts.policy.complete) return;
  const Rule last = facts.policy.rules.back();
  auto& finding = report_at(findings, catch_all_missing.kind, last.span(),
                            "no rule says what holds for all other clients: tcpserver lets them in",
                            "end the file with ':allow' or ':deny', whichever is meant");
  if (gives_variables(facts)) finding.severity = Severity::note;
}

}  // namespace

const core::Check core::checks::catch_all_missing = {
    .kind = {"RR202", "catch-all-missing", Severity::warning},
    .summary = "no rule for clients that match no other rule",
    .rationale =
        "tcpserver lets a client in when no rule is about it. A file that lists who may come and ends there does not "
        "keep anybody out: its rules decide nothing that would not hold without them, except for the variables that "
        "they set. libwrap does the same with whom neither hosts.allow nor hosts.deny names. Where rules give relaying "
        "or other variables it is a note: to let strangers in, without these, is then mostly what is meant.\n"
        "Say what is meant in the last line: ':allow' to let everybody else in, without relaying, or ':deny' to refuse "
        "them; for libwrap 'ALL : ALL' at the end of hosts.deny.",
    .bad = {"tcp.pop3", "192.168.1.:allow\n127.:allow\n"},
    .good = {"tcp.pop3", "192.168.1.:allow\n127.:allow\n:deny\n"},
    .needs = Traits::clients,
    .policy = check_catch_all_missing,
};
