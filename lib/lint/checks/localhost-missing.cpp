#include "lint/checks/registry.hpp"

const core::Check core::checks::localhost_missing = {
    .kind = {"RR707", "localhost-missing", Severity::note},
    .summary = "localhost is not listed",
    .rationale =
        "Programs on the server send mail to root@localhost and the like by SMTP. Where localhost is not listed and "
        "127.0.0.1 is no relay client, that mail is refused.",
    .bad = {"rcpthosts", "example.com\n"},
    .good = {"rcpthosts", "example.com\nlocalhost\n"},
    .needs = Traits::destinations,
    .destinations =
        [](const DestinationList& list, const Sources&, Findings& findings) {
          if (list.entries().empty() || list.accepts("localhost")) return;
          report_at(
              findings, localhost_missing.kind, list.entries().front().span,
              "localhost is not listed: mail that programs on this host send to root@localhost by SMTP is refused "
              "unless "
              "they may relay",
              "add a line 'localhost'");
        },
};
