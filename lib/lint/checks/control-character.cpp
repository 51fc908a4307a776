#include "lint/checks/registry.hpp"

using namespace std::string_view_literals;

const core::Check core::checks::control_character = {
    .kind = syntax::control_character,
    .summary = "a NUL byte inside a rule",
    .rationale =
        "Values are stored with a NUL at their end. A NUL inside one cuts it short: tcpserver sets a variable that is "
        "not the one that was written, or takes the rest for the next instruction. In an address it makes a key that "
        "no client has.\n"
        "Such bytes come from a damaged or binary file. Write the line anew.",
    .bad = {"tcp.smtp", "1.2.3.4:allow,A=\"x\0y\"\n:allow\n"sv},
    .good = {"tcp.smtp", "1.2.3.4:allow,A=\"x\"\n:allow\n"},
    .needs = Traits::text,
};
