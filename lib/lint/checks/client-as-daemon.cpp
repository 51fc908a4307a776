#include "lint/checks/registry.hpp"

const core::Check core::checks::client_as_daemon = {
    .kind = syntax::client_as_daemon,
    .summary = "an address or a domain where names of daemons are expected",
    .rationale =
        "The first list of a rule names daemons, the second one clients. libwrap compares '10.1.1.1' in the first list "
        "with the name of the daemon, which is never equal: 'ALL EXCEPT 10.1.1.1 : ALL' is a rule for every daemon and "
        "excepts nobody, and '10.1.1.1 : sshd' lets nobody in.\n"
        "Write 'sshd : 10.1.1.1', and who is not meant at the end of the clients: 'ALL : ALL EXCEPT 10.1.1.1'.",
    .bad = {"hosts.allow", "sshd EXCEPT 10.1.1.1 : 10.1.\n"},
    .good = {"hosts.allow", "sshd : 10.1. EXCEPT 10.1.1.1\n"},
    .needs = Traits::daemons,
};
