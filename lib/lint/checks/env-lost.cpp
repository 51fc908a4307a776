// env-lost: a narrower rule inherits no variable of the wider one.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lint/check.hpp"
#include "lint/repair.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check env_lost;
const Check env_lost = {
    .kind = {"RR210", "env-lost", Severity::note},
    .summary = "a rule takes clients from the rule for everybody, and they lose its variables",
    .rationale =
        "Only one rule decides for a client, and only its variables are set: nothing is inherited from a wider rule. A "
        "rule that gives some clients a variable\n"
        "of their own takes away those that the wider rule sets. Often that is QMAILQUEUE: then the mail of these "
        "clients is not scanned for viruses.\n"
        "It is a warning for QMAILQUEUE where the clients are no relay clients and the rule sets something else. "
        "Repeat the "
        "variables that are to hold for\n"
        "these clients too.\n",
    .bad = {"tcp.smtp", "198.51.7.:allow,RBLSMTPD=\"\"\n:allow,QMAILQUEUE=\"/usr/bin/scan\"\n"},
    .good = {"tcp.smtp",
             "198.51.7.:allow,RBLSMTPD=\"\",QMAILQUEUE=\"/usr/bin/scan\"\n:allow,QMAILQUEUE=\"/usr/bin/scan\"\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

namespace {

/// Names of the variables of `wide` that `edits` says nothing of; those that exceptions are made of do not count.
std::vector<std::string> lost_variables(const EnvEdits& wide, const EnvEdits& edits) {
  std::vector<std::string> lost;
  for (const EnvEdit& edit : wide) {
    const auto same_name = [&](const EnvEdit& other) { return other.name() == edit.name(); };
    if (edit.unset || edit.name() == "RELAYCLIENT" || edit.name() == "RBLSMTPD") continue;
    if (std::none_of(edits.begin(), edits.end(), same_name)) lost.emplace_back(edit.name());
  }
  return lost;
}

/// True for the host itself, whose own mail nobody scans.
bool is_loopback(const Rule& rule) {
  const auto* prefix = std::get_if<Prefix>(&rule.peer);
  return prefix != nullptr && prefix->base.family == Family::ipv4 && prefix->base.bytes[0] == 127;
}

void run(const PolicyFacts& facts, Findings& findings) {
  const Rule* wide = facts.catch_all();
  if (wide == nullptr || wide->verdict != Verdict::allow) return;
  const EnvEdits& wanted = facts.policy.edits_of(*wide);
  if (lost_variables(wanted, {}).empty()) return;
  // one finding for each list of edits: what is wrong with one rule is wrong with all that look like it
  std::vector<bool> seen(facts.policy.edit_lists.size());
  for (const Rule& rule : facts.policy.rules) {
    if (rule.verdict != Verdict::allow || &rule == wide || seen[rule.edits]) continue;
    if (rule.edits == 0 && is_loopback(rule)) continue;
    seen[rule.edits] = true;
    const std::vector<std::string> lost = lost_variables(wanted, facts.policy.edits_of(rule));
    const bool unscanned = std::find(lost.begin(), lost.end(), "QMAILQUEUE") != lost.end();
    // a rule that sets nothing was not meant to change anything; what it takes away is worth a word only where it is the virus scan
    if (rule.edits == 0 ? !unscanned : lost.empty()) continue;
    auto& finding = findings.add(
        env_lost.kind, rule.span,
        fmt::format("clients of {} go without {}, which the rule for everybody sets: a rule inherits nothing",
                    quoted(facts.peer_text(rule)), list_quoted(lost)));
    if (unscanned && rule.edits != 0 && !facts.relays_by(rule)) finding.severity = Severity::warning;
    finding.with_help("repeat the variable here if it is to hold for these clients too")
        .with_related(wide->span, "the rule for everybody");
  }
}

}  // namespace
}  // namespace relayrules::checks
