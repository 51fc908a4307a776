#include "lint/checks/registry.hpp"

const core::Check core::checks::option_not_portable = {
    .kind = {"RR624", "option-not-portable", Severity::note},
    .summary = "an option that a compiled rule cannot keep",
    .rationale =
        "A database for tcpserver says of a client whether it is let in, and with which variables. It has no room for "
        "commands (spawn, twist, aclexec), banners, log levels (severity), nor for the settings of a connection "
        "(keepalive, linger, nice, rfc931, umask, user, group). libwrap does what they say; 'relayrules compile' and "
        "'convert' refuse such a rule.\n"
        "Where a rule is to be compiled, leave these options away and do the same in the program behind.",
    .bad = {"hosts.allow", "sshd : 10.1. : banners /etc/banners\n"},
    .good = {"hosts.allow", "sshd : 10.1. : allow\n"},
    .needs = Traits::daemons,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          const bool is_for_libwrap = facts.context.program == Program::any;
          for (const RuleOption& option : facts.policy.options) {
            auto& finding = report_at(
                findings, option_not_portable.kind, option.span,
                fmt::format("the option {} is for libwrap alone: a rule that has it cannot be compiled for tcpserver",
                            quoted(option.keyword)),
                "leave it away where the rules are to be compiled");
            if (is_for_libwrap) return;  // said once, for who thinks of compiling the file
            finding.severity = Severity::warning;
          }
        },
};
