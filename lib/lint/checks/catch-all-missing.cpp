// catch-all-missing: what holds for everybody else is left unsaid.
#include "lint/check.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check catch_all_missing;
const Check catch_all_missing = {
    .kind = {"RR202", "catch-all-missing", Severity::warning},
    .summary = "no rule for clients that match no other rule",
    .rationale =
        "tcpserver lets a client in when no rule is about it. A file that lists who may come and ends there does not "
        "keep anybody out: its\n"
        "rules decide nothing that would not hold without them, except for the variables that they set.\n"
        "Say what is meant in the last line: ':allow' to let everybody else in, without relaying, or ':deny' to refuse "
        "them.\n",
    .bad = {"tcp.pop3", "192.168.1.:allow\n127.:allow\n"},
    .good = {"tcp.pop3", "192.168.1.:allow\n127.:allow\n:deny\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

namespace {

void run(const PolicyFacts& facts, Findings& findings) {
  if (facts.policy.rules.empty() || !facts.catch_alls.empty() || !facts.policy.complete) return;
  const Rule& last = facts.policy.rules.back();
  findings
      .add(catch_all_missing.kind, last.span, "no rule says what holds for all other clients: tcpserver lets them in")
      .with_help("end the file with ':allow' or ':deny', whichever is meant");
}

}  // namespace
}  // namespace relayrules::checks
