#include "lint/checks/registry.hpp"

const core::Check core::checks::unknown_in_mynetworks = {
    .kind = main_cf::unknown_trusted,
    .summary = "mynetworks has the word 'unknown'",
    .rationale =
        "Items of mynetworks are compared with the client's name as well as with its address, and a client without "
        "a confirmed name is called 'unknown'. Whoever takes the name of his address away, or never had one, "
        "relays to everywhere: the server is an open relay.\nTake the word away. (Names in mynetworks are no "
        "better than the DNS of whoever owns the address: list addresses.)",
    .needs = Traits::text,
};
