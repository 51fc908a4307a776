#include "lint/checks/registry.hpp"
#include "lint/settings.hpp"

const core::Check core::checks::bad_setting = {
    .kind = core::bad_setting,
    .summary = "a file of settings says something that relayrules does not understand",
    .rationale =
        "The file .relayrules.toml in the folder of the rules, or the nearest one above it, chooses checks, their "
        "severity and thresholds.\n"
        "What is misspelt in it would do nothing without a word, so it is an error. Known are 'select', 'ignore', "
        "'[severity]', '[thresholds]' and '[[path]]'; see relayrules(1).\n"
        "Errors of the grammar can be neither ignored nor made less severe: a line that was not understood may be a "
        "denial.",
};
