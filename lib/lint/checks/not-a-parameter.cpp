#include "lint/checks/registry.hpp"

const core::Check core::checks::not_a_parameter = {
    .kind = main_cf::bad_line,
    .summary = "a line of main.cf is no parameter",
    .rationale =
        "Each line of main.cf is 'name = value', a comment that begins with '#', or begins with a blank and goes on "
        "with the "
        "value above. With any other line no program of Postfix starts. A line that begins with a blank at the top of "
        "the "
        "file goes on with nothing, and is skipped.\n"
        "Write '=' between the name and the value, or '#' in front of the line.",
    .needs = Traits::destinations,
};
