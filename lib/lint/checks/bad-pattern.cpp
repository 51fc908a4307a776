#include "lint/checks/registry.hpp"

const core::Check core::checks::bad_pattern = {
    .kind = syntax::bad_pattern,
    .summary = "an address pattern that its format does not know or that contradicts itself",
    .rationale =
        "The extended format knows networks as 192.168.0.0/22 and ranges as 10.0.0.1-10.0.3.9. Where bits are set "
        "behind the mask, a length is above 32 or a range ends before it begins, nothing is guessed: one program masks "
        "such bits away, another never matches, a third skips the rule.\n"
        "In hosts.allow and hosts.deny it is a word that does not do what it looks like: 10.0.0.0/33 matches nobody, "
        "010.0.0.0/8 is the network 8.0.0.0/8, '.3.4' is every address that ends so.\n"
        "Postfix skips the rules of a cidr table whose pattern it does not know, with a warning in the log.\n"
        "Write the network's first address with a plain length, or the one address that was meant.",
    .bad = {"office.tcprules-extended", "10.0.0.1/8:allow\n:allow\n"},
    .good = {"office.tcprules-extended", "10.0.0.0/8:allow\n:allow\n"},
    .needs = Traits::masks,
};
