#include "lint/checks/registry.hpp"

const core::Check core::checks::rcpthosts_empty = {
    .kind = {"RR709", "rcpthosts-empty", Severity::note},
    .summary = "no domain is listed",
    .rationale =
        "qmail-smtpd takes mail for the listed domains from anybody. With an empty file it takes none: only relay "
        "clients can send anything. That is right for a server that only sends. (Without the file at all every "
        "recipient is accepted, from everybody: an open relay.)",
    .bad = {"rcpthosts", "# nothing yet\n"},
    .good = {"rcpthosts", "localhost\n"},
    .needs = Traits::destinations,
    .destinations =
        [](const DestinationList& list, const Sources&, Findings& findings) {
          if (list.entries().empty())
            findings.add(rcpthosts_empty.kind, {list.span.begin, list.span.begin},
                         "no domain is listed: mail from outside is refused for every recipient");
        },
};
