#include "lint/checks/registry.hpp"

const core::Check core::checks::duplicate_domain = {
    .kind = {"RR706", "duplicate-domain", Severity::note},
    .summary = "a domain is listed twice",
    .rationale =
        "The second entry changes nothing. It is worth a look where the two come from different people: one may go "
        "away and leave the other.",
    .bad = {"rcpthosts", "example.com\nexample.com\nlocalhost\n"},
    .good = {"rcpthosts", "example.com\nlocalhost\n"},
    .needs = Traits::destinations,
    .destinations =
        [](const DestinationList& list, const Sources&, Findings& findings) {
          std::unordered_map<std::string_view, const Destination*> first;
          for (const Destination& entry : list.entries()) {
            const auto [known, fresh] = first.try_emplace(entry.name, &entry);
            if (fresh) continue;
            findings.add(duplicate_domain.kind, entry.span, fmt::format("{} is listed already", quoted(entry.name)))
                .with_related(known->second->span, "first listed here");
          }
        },
};
