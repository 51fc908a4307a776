#include "lint/checks/registry.hpp"

namespace {

void check_weaker_than_login(const PolicyFacts& facts, Findings& findings) {
  bool is_said = false;
  const auto is_about_grants = [](std::string_view name) { return name == "RELAYGRANT"; };
  for_each_bad_name(facts, is_about_grants, [&](const Rule& rule, const EnvEdit& edit) {
    if (std::exchange(is_said, true)) return;
    report_at(findings, weaker_than_login.kind, place_of(rule, edit.name_span),
              "RELAYGRANT is about clients with a grant, and a grant is for an address: whoever shares it, or has it "
              "next, may relay",
              "let those who can log in to send (SMTP AUTH on port 587), and keep grants for the others");
  });
}

}  // namespace

const core::Check core::checks::weaker_than_login = {
    .kind = {"RR425", "weaker-than-login", Severity::note},
    .summary = "grants of POP before SMTP are in use: a login to send is stronger",
    .rationale =
        "RELAYGRANT has a meaning only where there is a store of grants: with \"no\" a rule keeps its clients out. A "
        "grant says that somebody logged in from an address some minutes ago. Behind one address there may be an "
        "office, a hotel or all customers of a mobile network, and who is disconnected leaves the grant to the next "
        "one. SMTP AUTH is about the very connection that sends.\n"
        "Nothing is wrong with the rule. Offer SMTP AUTH on port 587, and give grants to those alone who cannot use "
        "it; switch this note off where that has been decided.",
    .bad = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n198.41.0.4:allow,RELAYGRANT=\"no\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy = check_weaker_than_login,
};
