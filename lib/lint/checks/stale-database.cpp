#include "lint/checks/registry.hpp"

const core::Check core::checks::stale_database = {
    .kind = databases::stale,
    .summary = "the compiled database beside the rules says something else than they",
    .rationale =
        "tcpserver reads the database, never the text. Who edits tcp.smtp and forgets to compile it, or whose compiler "
        "refused a line, goes on with the rules of the day before, and a refusal that stands in the text holds for "
        "nobody.\n"
        "The records of tcp.smtp.cdb are compared with what tcp.smtp compiles to, not the times of the files. Records "
        "behind them are grants of POP before SMTP where there is a file open-smtp in the same folder. A database that "
        "is damaged is reported here, too: what tcpserver finds in it is anybody's guess.\n"
        "Compile the rules again.",
    .needs = Traits::keys,
};
