#include "lint/checks/registry.hpp"

const core::Check core::checks::unreadable_key = {
    .kind = tables::unreadable_key,
    .summary = "a line of a table whose key Postfix cannot read",
    .rationale =
        "Blanks between double quotes are part of a key, so that a quote without another end takes the whole line, "
        "value included. Postfix skips such a line, and one that is no UTF-8, with a warning in the log.\n"
        "Host names and addresses need no quotes and are plain ASCII.",
    .bad = {"client_access", "\"mail.example.net REJECT\n"},
    .good = {"client_access", "mail.example.net REJECT\n"},
    .needs = Traits::values,
};
