#include "lint/checks/registry.hpp"
#include "lint/redundancy.hpp"

const core::Check core::checks::catch_all_decides_all = {
    .kind = {"RR207", "catch-all-decides-all", Severity::warning},
    .summary = "all rules say what the rule for everybody says",
    .rationale =
        "The file names clients, and then does the same with everybody else: none of its rules makes a difference. "
        "Mostly somebody listed who may come in and ended the list with ':allow', or forgot the variables.\n"
        "End a list of those who may come in with ':deny', and a list of those who may not with ':allow'. Where "
        "everybody is meant one line is enough.",
    .bad = {"tcp.pop3", "192.168.1.:allow\n127.:allow\n:allow\n"},
    .good = {"tcp.pop3", "192.168.1.:allow\n127.:allow\n:deny\n"},
    .needs = Traits::keys,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (!facts.catch_all() || !decides_alike(facts)) return;
          const Rule rule = *facts.catch_all();
          if (facts.relays_by(rule))
            return;  // an open relay, which is said elsewhere: ':deny' would be the wrong advice
          const bool allows = rule.access() == Access::allow;
          const auto others = static_cast<std::size_t>(std::count(facts.is_dead.begin(), facts.is_dead.end(), false)) -
                              facts.catch_alls.size();
          auto& finding =
              findings.add(catch_all_decides_all.kind, rule.span(),
                           fmt::format("this rule {} everybody, and all others say the same: none of them makes a "
                                       "difference",
                                       allows ? "lets in" : "refuses"));
          // who refuses everybody opened nothing, and one rule is no list yet
          if (!allows || others < 2) finding.severity = Severity::note;
          finding.help = allows ? "write ':deny' here if only the clients that are listed may come in"
                                : "write ':allow' here if only the clients that are listed are refused";
        },
};
