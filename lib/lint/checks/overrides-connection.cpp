#include "lint/checks/registry.hpp"

const core::Check core::checks::overrides_connection = {
    .kind = {"RR505", "overrides-connection", Severity::warning},
    .summary = "a rule sets what the server knows of the connection",
    .rationale =
        "tcpserver says in TCPREMOTEIP, TCPREMOTEHOST, TCPLOCALIP, PROTO and others who is connected. A rule's "
        "variables come after these and replace them: logs, Received lines, blocklists and relay decisions of what "
        "runs next are then about somebody else. (In ucspi-tcp6 the server's own come last, and the rule's do "
        "nothing.)\n"
        "To treat a client specially set a variable of its own kind, such as RELAYCLIENT or RBLSMTPD.",
    .bad = {"tcp.smtp", "10.1.1.1:allow,TCPREMOTEIP=\"127.0.0.1\"\n:allow\n"},
    .good = {"tcp.smtp", "10.1.1.1:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          for_each_bad_name(facts, is_connection_variable, [&](const Rule& rule, const EnvEdit& edit) {
            const std::string message =
                facts.program.rules_set_connection
                    ? fmt::format(
                          "{} hides {} from every program that runs next", quoted(edit.name()),
                          edit.name().starts_with("TCPREMOTE") ? "the real client" : "what the server says itself")
                    : fmt::format("{} does nothing: {} sets it after the rule has", quoted(edit.name()),
                                  facts.program.server);
            report_at(findings, overrides_connection.kind, place_of(rule, edit.name_span), message,
                      "set a variable that is meant for rules, such as RELAYCLIENT or RBLSMTPD");
          });
        },
};
