// Reading it: see badmailfrom.hpp. Entries are compared without case: an address as it stands, or "@domain".
#include "site/badmailfrom.hpp"

#include <algorithm>

#include "base/finding.hpp"
#include "model/format.hpp"

namespace core {

void add_badmailfrom(Site& site, const Source& source) {
  DestinationList lines;  // control_readfile reads it as it reads rcpthosts
  Findings ignored;
  find_format("rcpthosts")->parse_destinations(source, Reading::faithful, lines, ignored);
  AddressTable& table = site.addresses.emplace_back();
  table.name = "badmailfrom";
  table.order = {AddressKind::whole, AddressKind::domain};
  const std::uint32_t listed = table.outcome({.access = Access::allow});
  for (const Destination& line : lines.entries()) {
    const bool is_domain = line.name.rfind('@') == 0;
    table.add(
        {is_domain ? AddressKind::domain : AddressKind::whole, line.name.substr(is_domain ? 1 : 0), listed, line.span});
  }
  std::vector<Step>& steps = site.stages.back().steps;
  const auto syntax = std::find_if(steps.begin(), steps.end(),
                                   [](const Step& step) { return step.subject == Subject::readable_recipient; });
  steps.insert(syntax + 1,
               {.subject = Subject::sender,
                .table = site.addresses.size() - 1,
                .hit = Access::deny,
                .reply = site.add_reply("553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)"),
                .text = "badmailfrom"});
  steps.insert(steps.begin(), {.subject = Subject::readable_sender, .text = "syntax of the sender"});
}

}  // namespace core
