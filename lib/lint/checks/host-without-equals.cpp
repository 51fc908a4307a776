#include "lint/checks/registry.hpp"

const core::Check core::checks::host_without_equals = {
    .kind = {"RR306", "host-without-equals", Severity::warning},
    .summary = "a host name without an equals sign is taken for an address",
    .rationale =
        "tcpserver looks a client's name up with a '=' in front: '=mail.example.com', then '=.example.com' and "
        "'=.com'. A rule for 'example.com' or '.example.com' is asked for nobody.\n"
        "Write '=mail.example.com' for one host, '=.example.com' for all names below a domain. Names come from reverse "
        "DNS, which the owner of an address sets as he likes: refuse by name if you want, but let nobody relay by it.",
    .bad = {"tcp.smtp", ".example.net:deny\n:allow\n"},
    .good = {"tcp.smtp", "=.example.net:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for (const std::uint32_t index : facts.dead_by(DeadKey::host_without_equals)) {
            const Rule rule = facts.rule(index);
            const std::string_view text = facts.pattern_text(rule);
            auto& finding = report_rule(facts, findings, rule, host_without_equals.kind,
                                        "{} can never match a client: a host name needs a '=' in front");
            const std::string name = in_lower_case(text.ends_with('.') ? text.substr(0, text.size() - 1) : text);
            if (name == "localhost" || name == "localhost.localdomain") {
              finding.help = "write '127.' for this host itself";
            } else if (facts.relays_by(rule)) {
              // the repair would be a rule that trusts a name, which is worse than one that does nothing
              finding.help = fmt::format(
                  "rules are about hosts that connect, not about mail domains: list the addresses that may relay; "
                  "'={}' would match a host of that name, and names are set by strangers",
                  name);
            } else {
              finding.with_help(fmt::format("write '={}'", name)).with_fix(rule.pattern_span(), "=" + name);
            }
          }
        },
};
