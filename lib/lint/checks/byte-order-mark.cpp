#include "lint/checks/registry.hpp"

const core::Check core::checks::byte_order_mark = {
    .kind = {"RR114", "byte-order-mark", Severity::error},
    .summary = "the file begins with a UTF-8 byte order mark",
    .rationale =
        "Some editors on Windows put the bytes EF BB BF in front of a text. Nobody sees them, and every program of "
        "this family takes them for the start of the first line: its address is one that no client has, or the comment "
        "there is no comment any more.\n"
        "Save the file as UTF-8 without a mark. The repair deletes the three bytes.",
    .bad = {"tcp.smtp",
            "\xef\xbb\xbf"
            "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "127.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::text,
    .site =
        [](const Site& site, const Sources& sources, Findings& findings) {
          std::vector<Span> places;
          for (const Policy& policy : site.policies) places.push_back(policy.span);
          for (const DestinationList& list : site.destinations) places.push_back(list.span);
          for (const Span& place : places) {
            if (!sources.text(place).starts_with("\xef\xbb\xbf")) continue;
            const Span mark{place.begin, place.begin + 3};
            report_at(findings, byte_order_mark.kind, mark,
                      "the file begins with a byte order mark, which belongs to the first line for every program that "
                      "reads it",
                      "save the file without a byte order mark")
                .with_fix(mark, "");
          }
        },
};
