#include "lint/checks/registry.hpp"

const core::Check core::checks::axfr_empty = {
    .kind = {"RR512", "axfr-empty", Severity::note},
    .summary = "AXFR without a zone lets the client transfer nothing",
    .rationale =
        "axfrdns takes AXFR for the list of zones that a client may transfer, with '/' between them. Where the "
        "variable is not set at all he may transfer every zone; where it is set and empty, none.\n"
        "For everybody else that is what is wanted; for a client with a rule of its own it is mostly a slip. List the "
        "zones, or leave the variable out if all are meant.",
    .bad = {"axfrdns.rules", "198.51.100.7:allow,AXFR=\"\"\n:deny\n"},
    .good = {"axfrdns.rules", "198.51.100.7:allow,AXFR=\"example.com\"\n:deny\n"},
    .needs = Traits::keys | Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (std::find(facts.variables.begin(), facts.variables.end(), "AXFR") == facts.variables.end()) return;
          const auto is_bad = [](const EnvEdit& edit) {
            return edit.name() == "AXFR" && !edit.unset && edit.value().empty();
          };
          for_each_bad_edit(facts, is_bad, [&](const Rule& rule, const EnvEdit& edit) {
            if (rule == facts.catch_all()) return;  // the usual way to let strangers transfer nothing
            report_at(
                findings, axfr_empty.kind, place_of(rule, edit.name_span),
                "an empty AXFR lets these clients transfer no zone at all; without the variable they may transfer "
                "every one",
                "list the zones that are meant, with '/' between them");
          });
        },
};
