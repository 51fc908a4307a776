#include "lint/checks/registry.hpp"

namespace {

/// True when '=' lets in whoever has a name: what the last rule refuses then is clients without one, which is a custom.
bool lets_named_clients_in(const PolicyFacts& facts) {
  return std::any_of(facts.allowed_names.begin(), facts.allowed_names.end(), [&](std::uint32_t index) {
    const Rule rule = facts.rule(index);
    return rule.info() == 0 && rule.is<AnyNamedClient>();
  });
}

void check_reject_all(const PolicyFacts& facts, Findings& findings) {
  const std::optional<Rule> rule = facts.catch_all();
  if (!rule || rule->access() != Access::allow || lets_named_clients_in(facts)) return;
  const EnvEdit* edit = find_edit(facts.policy.edits_of(*rule), "RBLSMTPD");
  if (edit == nullptr || edit->value().empty()) return;
  report_at(findings, reject_all.kind, place_of(*rule, edit->value_span),
            fmt::format("rblsmtpd refuses all mail with {} for every client that no other rule is about",
                        quoted(edit->value())),
            "write ':deny' if strangers are not wanted, or leave RBLSMTPD out");
}

}  // namespace

const core::Check core::checks::reject_all = {
    .kind = {"RR509", "reject-all", Severity::warning},
    .summary = "mail is refused from all clients that no other rule is about",
    .rationale =
        "A value of RBLSMTPD makes rblsmtpd refuse all mail of the client with that text. On the rule for everybody "
        "else it refuses the mail of the whole internet. If the server is to take mail from known clients only, "
        "':deny' says so plainly; if not, it was meant for one address. Where a rule '=:allow' lets in everybody who "
        "has a host name, this one refuses those without a name, as it should.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow,RBLSMTPD=\"-no mail from you\"\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys | Traits::environment,
    .policy = check_reject_all,
};
