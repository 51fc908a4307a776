#include "lint/checks/registry.hpp"

const core::Check core::checks::bad_expectation = {
    .kind = expectations::bad_line,
    .summary = "a line of an expectation file that cannot be read",
    .rationale =
        "'relayrules test' proves what the lines of an expectation file say. A line that is not understood proves "
        "nothing, and a file that passes although one of its lines was skipped says more than is known; so nothing in "
        "such a file is tried.\n"
        "A line names clients, then what holds of all of them: '192.168.7.0/24 relay'. A reason stands behind two "
        "blanks or '#'.\n"
        "The grammar is in relayrules(1).",
};
