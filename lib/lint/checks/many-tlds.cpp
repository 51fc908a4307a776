// many-tlds: one finding for a list that opens a good part of the name space.
#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "lint/checks/registry.hpp"
#include "lint/repair.hpp"
#include "model/public_suffixes.hpp"

const core::Check core::checks::many_tlds = {
    .kind = {"RR703", "many-tlds", Severity::error},
    .summary = "the list opens several top-level domains",
    .rationale =
        "A few lines such as '.com', '.net', '.org' are most of the internet's domains. Mail to all of them is taken "
        "from everybody: this server is an open relay, whatever its relay rules say. This finding adds up what "
        "whole-tld and public-suffix say line by line.",
    .bad = {"rcpthosts", "example.org\n.com\n.net\n.org\n"},
    .good = {"rcpthosts", "example.org\n.example.org\nlocalhost\n"},
    .formats = "rcpthosts",
    .destinations =
        [](const DestinationList& list, const Sources&, Findings& findings) {
          std::set<std::string> open;
          const Destination* first = nullptr;
          for (const Destination& entry : list.entries) {
            if (!entry.is_suffix() || !is_tld(entry.domain())) continue;
            if (first == nullptr) first = &entry;
            open.insert(entry.name);
          }
          if (open.size() < 3) return;
          std::string share = fmt::format("{} top-level domains", open.size());
          if (tld_count() != 0)
            share = fmt::format("{} of the {} top-level domains", open.size(), with_commas(tld_count()));
          std::vector<std::string> big;
          for (const char* name : {".com", ".net", ".org", ".de", ".cn", ".uk", ".jp"})
            if (open.count(name) != 0) big.emplace_back(name);
          if (!big.empty()) share += fmt::format(", {} among them", list_quoted(big));
          findings
              .add(many_tlds.kind, first->span,
                   fmt::format("this list lets everybody send to {}: the server is an open relay", share))
              .with_help("list your own domains only");
        },
};
