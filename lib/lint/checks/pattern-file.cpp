#include "lint/checks/registry.hpp"

const core::Check core::checks::pattern_file = {
    .kind = syntax::pattern_file,
    .summary = "a pattern names a file that cannot be read",
    .rationale =
        "A client pattern that begins with '/' stands for all patterns of that file. When the file is missing, libwrap "
        "says nothing and goes on as if it were empty: a list of refused clients then refuses nobody. A file that "
        "names itself makes every daemon crash that reads it. What such a rule means is not known here, so that "
        "nothing is compiled or proved.",
    .bad = {"hosts.deny", "ALL : /nonexistent/refused-clients\n"},
    .good = {"hosts.deny", "ALL : 192.0.2. 198.51.100.7\n"},
    .needs = Traits::daemons,
};
