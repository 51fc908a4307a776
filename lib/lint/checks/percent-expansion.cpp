#include "lint/checks/registry.hpp"
#include "model/percent.hpp"

const core::Check core::checks::percent_expansion = {
    .kind = {"RR513", "percent-expansion", Severity::warning},
    .summary = "a name that the client chose becomes the value of a variable",
    .rationale =
        "libwrap puts the client's host name in the place of %h and %n, and what its ident server says in the place of "
        "%u and %c. Whoever owns an address chooses its name, and ident answers what he likes. libwrap leaves letters, "
        "digits and the signs !@%-_=+:,./ of it as they are, and writes a '_' for everything else. The program behind "
        "finds this text in its environment and may take it for something that the administrator has set. "
        "RELAYCLIENT's value is even appended to every recipient.\n"
        "Use %a, the address, which the client cannot choose.",
    .bad = {"hosts.allow", "tcp-env : ALL : setenv WHO %h\n"},
    .good = {"hosts.allow", "tcp-env : ALL : setenv WHO %a\n"},
    .needs = Traits::daemons,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          const auto is_chosen = [](const EnvEdit& edit) {
            return edit.expands && !chosen_by_client(edit.value()).empty();
          };
          for_each_bad_edit(facts, is_chosen, [&](const Rule& rule, const EnvEdit& edit) {
            report_at(findings, percent_expansion.kind, place_of(rule, edit.value_span),
                      fmt::format("{} puts text that the client chose into the variable {}",
                                  quoted(chosen_by_client(edit.value()).front()), quoted(edit.name())),
                      "use '%a', the address: the client cannot choose it");
          });
        },
};
