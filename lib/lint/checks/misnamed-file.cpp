#include "lint/checks/registry.hpp"

const core::Check core::checks::misnamed_file = {
    .kind = files::misnamed,
    .summary = "a file has nearly the name of one that programs read",
    .rationale =
        "Programs look for rcpthosts, hosts.allow, hosts.deny and their like under just this name, and what is not "
        "there does not exist: without rcpthosts qmail-smtpd takes every recipient, without hosts.deny libwrap lets "
        "everybody in. It is said of names that are a slip away (rcphosts, Rcpthosts, hosts.alow, tcp.smpt) and of "
        "copies (rcpthosts.bak, rcpthosts~), where the file itself is not in the same folder.\n"
        "Rename the file, or take it away.",
    .needs = Traits::text,
};
