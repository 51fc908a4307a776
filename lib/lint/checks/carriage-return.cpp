#include "lint/checks/registry.hpp"

const core::Check core::checks::carriage_return = {
    .kind = syntax::carriage_return,
    .summary = "lines that end in CR LF, as DOS and Windows write them",
    .rationale =
        "tcprules cuts blanks and tabs at the end of a line, but not a carriage return: it is text behind the verdict, "
        "and the whole file is refused at the first such line.\n"
        "Save the file with UNIX line ends. The repair strips the CR from every line.",
    .bad = {"tcp.smtp", "127.:allow\r\n:allow\r\n"},
    .good = {"tcp.smtp", "127.:allow\n:allow\n"},
    .needs = Traits::unix_lines,
};
