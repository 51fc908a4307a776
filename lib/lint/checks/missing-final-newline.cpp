#include "lint/checks/registry.hpp"

const core::Check core::checks::missing_final_newline = {
    .kind = syntax::missing_final_newline,
    .summary = "the last line has no newline at its end",
    .rationale =
        "libwrap loses a last line that does not end in a newline. In hosts.allow a rule is gone; in hosts.deny "
        "libwrap of Debian 12 refuses every client from then on. It says so in the system log only.\n"
        "qmail and tcprules read such a line, and this is a note. But what is appended later is glued to it: vpopmail "
        "puts its grants behind tcp.smtp, and from the first grant on tcprules refuses the whole; 'echo example.net >> "
        "rcpthosts' makes 'example.comexample.net'.\n"
        "End the last line with a newline.",
    .bad = {"hosts.allow", "sshd : 10.1. : allow"},
    .good = {"hosts.allow", "sshd : 10.1. : allow\n"},
    .needs = Traits::text,
};
