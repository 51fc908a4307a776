#include "lint/checks/registry.hpp"

const core::Check core::checks::misspelt_wildcard = {
    .kind = syntax::misspelt_wildcard,
    .summary = "a word that was to be one of libwrap's own is taken for a name",
    .rationale =
        "libwrap knows the words ALL, LOCAL, KNOWN, UNKNOWN, PARANOID and EXCEPT, in capitals or not. Every other word "
        "is the name of a daemon or of a host: 'sshd : ANY' waits for a host called any, and in '10. EXECPT 10.1.' "
        "nothing is excepted. FAIL was such a word in very old versions, and is none today.\n"
        "Write the word that is meant: ALL for everybody, EXCEPT in front of those who are not meant.",
    .bad = {"hosts.allow", "sshd : 10. EXECPT 10.1.1.1\n"},
    .good = {"hosts.allow", "sshd : 10. EXCEPT 10.1.1.1\n"},
    .needs = Traits::daemons,
};
