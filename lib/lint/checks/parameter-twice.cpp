#include "lint/checks/registry.hpp"

const core::Check core::checks::parameter_twice = {
    .kind = main_cf::defined_twice,
    .summary = "a parameter of main.cf is defined twice",
    .rationale =
        "Of two definitions of one parameter the last counts, wherever it stands; Postfix says so in its log only. Who "
        "changes the first one changes nothing, and mynetworks may be wider than it looks.\n"
        "Delete the one that is not meant.",
    .needs = Traits::destinations,
};
