#include "lint/checks/registry.hpp"

const core::Check core::checks::empty_policy = {
    .kind = {"RR203", "empty-policy", Severity::warning},
    .summary = "the file has no rule at all",
    .rationale =
        "A file of nothing but comments compiles into an empty database, and tcpserver lets in whoever it has no rule "
        "about: everybody, without relaying. This is also what is left when 'tcprules x.cdb x < x' has emptied its own "
        "source.\n"
        "Write ':allow' or ':deny' to say that it is meant.",
    .bad = {"tcp.smtp", "# nothing yet\n"},
    .good = {"tcp.smtp", ":allow\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (!facts.policy.rules.empty() || !facts.policy.complete) return;
          const std::string_view text = facts.sources.text(facts.policy.span);
          const auto first_line = static_cast<std::uint32_t>(std::min(text.find('\n'), text.size()));
          report_at(findings, empty_policy.kind, {facts.policy.span.begin, facts.policy.span.begin + first_line},
                    "there is no rule in this file: tcpserver lets everybody in",
                    "write ':allow' or ':deny', whichever is meant");
        },
};
