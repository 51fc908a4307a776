#include "lint/checks/registry.hpp"

const core::Check core::checks::accepts_every_domain = {
    .kind = exchange::accepts_all,
    .summary = "an accepted domain of Exchange is '*'",
    .rationale =
        "Mail for an accepted domain is taken from everybody. With '*' that is every domain: whoever may connect sends "
        "to everywhere.\nList your own domains. A server that hands on all mail of others needs connectors with "
        "narrow RemoteIPRanges instead.",
    .needs = Traits::destinations,
};
