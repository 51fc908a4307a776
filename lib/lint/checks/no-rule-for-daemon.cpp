#include "lint/checks/registry.hpp"

const core::Check core::checks::no_rule_for_daemon = {
    .kind = daemons::without_rule,
    .summary = "no rule is about the daemon that was named with --daemon",
    .rationale =
        "libwrap compares the name of the process with the names in the rules, byte for byte but for case. Where none "
        "is like it, in hosts.allow and in hosts.deny, it lets every client in. Rules for 'smtp' or 'qmail-smtpd' do "
        "nothing for tcp-env, which calls itself 'tcp-env' even when it starts qmail-smtpd.\n"
        "Write the name that the daemon's process has, without its path, or a rule for ALL.",
    .needs = Traits::daemons,
};
