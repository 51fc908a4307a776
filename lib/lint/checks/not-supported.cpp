#include "lint/checks/registry.hpp"

const core::Check core::checks::not_supported = {
    .kind = syntax::not_supported,
    .summary = "a construct that cannot be understood here, or not be compiled",
    .rationale =
        "Some things that a file says have no counterpart in a database of keys, as IPv6 addresses in the extended "
        "dialect (the classic tcpserver has no key for them), and some cannot be known from the file: the members of a "
        "netgroup. They are refused by name, never skipped: a skipped denial is an open door.",
    .bad = {"office.tcprules-extended", "2001:db8::1:allow\n:allow\n"},
    .good = {"office.tcprules-extended", "10.0.0.0/8:allow\n:allow\n"},
    .needs = Traits::masks,
};
