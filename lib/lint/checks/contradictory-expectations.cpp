#include "lint/checks/registry.hpp"

const core::Check core::checks::contradictory_expectations = {
    .kind = expectations::contradiction,
    .summary = "expectations that no rules can satisfy together",
    .rationale =
        "An expectation is about every client that is meant, whatever the line leaves open. So '10.0.0.0/8 deny' and "
        "'10.1.0.0/16 relay' contradict each other for the clients in 10.1.0.0/16, and '192.0.2.7 relay' and 'any "
        "host=mail.example.com no-relay' for a client 192.0.2.7 of that name. Whatever the rules are, one of the two "
        "fails.\n"
        "Take the smaller one out of the wider one: '10.0.0.0/8 except 10.1.0.0/16 deny', 'any except 192.0.2.7 "
        "host=mail.example.com no-relay'.",
};
