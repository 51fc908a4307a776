#include "lint/checks/registry.hpp"

const core::Check core::checks::dead_table_key = {
    .kind = tables::dead_table_key,
    .summary = "a key of an access table that smtpd never asks for",
    .rationale =
        "smtpd asks a table by key for the client's name and its parents, 'a.example.net', 'example.net', 'net', then "
        "for his address and what is left of it when it is cut at '.' or ':': '10.1.2.3', '10.1.2', '10.1', '10', and "
        "'2001:db8::1', '2001:db8:', '2001:db8', '2001'. Networks with a '/' are never asked for, nor is '10.', an "
        "IPv6 address that is not written as short as it can be, an address in brackets, a '*', or '.example.net' as "
        "long as Postfix is not told otherwise (parent_domain_matches_subdomains). Nothing is logged.\n"
        "Write the key that is asked for, or put networks into a cidr: table.",
    .bad = {"client_access", "10.0.0.0/8 OK\n"},
    .good = {"client_access", "10 OK\n"},
    .needs = Traits::values,
};
