#include "lint/checks/registry.hpp"

namespace {

void report(const PolicyFacts& facts, const Rule& rule, const RuleOption& option, Findings& findings) {
  if (option.keyword == "aclexec") {
    report_at(findings, command_decides.kind, option.span,
              "this command decides who is let in; whom it refuses is let in all the same if hosts.deny does not "
              "refuse him",
              "end hosts.deny with 'ALL : ALL'");
    return;
  }
  const bool relays = relay_of(facts.policy.edits_of(rule)) == Relay::grant;
  auto& finding = report_at(
      findings, command_decides.kind, option.span,
      fmt::format("this command gets the connection{} and decides what becomes of it",
                  relays ? ", with RELAYCLIENT set," : ""),
      relays ? "let the daemon be started as usual, and end the rule behind setenv: then it can be checked and proved"
             : "let the daemon be started as usual, and end the rule with 'allow' or 'deny'");
  if (relays) finding.severity = Severity::warning;
}

}  // namespace

const core::Check core::checks::command_decides = {
    .kind = {"RR436", "command-decides", Severity::note},
    .summary = "whether a client is let in is what a command answers",
    .rationale =
        "With aclexec libwrap runs a command and takes its exit code for an answer. When the command says no, libwrap "
        "behaves as if the rest of this file were not there: after hosts.allow it asks hosts.deny, and whom nothing "
        "refuses there is let in, which the manual does not say. In hosts.deny a no lets the client in at once. Nobody "
        "can tell from the files what a command answers: relayrules takes it for a yes.\n"
        "With twist a command gets the connection in the daemon's place. One that only says something, as 'echo' does, "
        "is a refusal. But it may be any program: old pages start qmail-smtpd so, and with RELAYCLIENT set before it "
        "such a rule lets its clients relay, which no other check sees. No proof is about such rules.\n"
        "End hosts.deny with 'ALL : ALL', so that a no is a no, and let the daemon be started as usual.",
    .bad = {"hosts.allow", "sshd : ALL : aclexec /usr/local/bin/check %a\n"},
    .good = {"hosts.allow", "sshd : 10.1. : allow\n"},
    .needs = Traits::daemons,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          std::uint32_t last = 0;  // a line is a rule for each of its patterns, with the same options
          for (const Rule rule : facts.policy.rules)
            for (const RuleOption& option : facts.policy.options_of(rule)) {
              if (!option.has_command_decide() || option.span.begin <= last) continue;
              last = option.span.begin;
              report(facts, rule, option, findings);
            }
        },
};
