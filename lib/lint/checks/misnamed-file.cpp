// misnamed-file: reported where a folder is read.
#include "base/finding_kinds.hpp"
#include "lint/check.hpp"

namespace core::checks {

extern const Check misnamed_file;
const Check misnamed_file = {
    .kind = files::misnamed,
    .summary = "a file has nearly the name of one that programs read",
    .rationale =
        "Programs look for rcpthosts, hosts.allow, hosts.deny and their like under just this name, and what is not "
        "there "
        "does not exist: without rcpthosts qmail-smtpd takes every recipient, without hosts.deny libwrap lets "
        "everybody "
        "in. It is said of names that are a slip away (rcphosts, Rcpthosts, hosts.alow, tcp.smpt) and of copies "
        "(rcpthosts.bak, rcpthosts~), where the file itself is not in the same folder.\n"
        "Rename the file, or take it away.\n",
    .bad = {},
    .good = {},
    .formats = "hosts_access rcpthosts tcprules tcprules-extended",
};

}  // namespace core::checks
