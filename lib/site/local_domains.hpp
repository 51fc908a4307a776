// Domains that qmail delivers at this server and does not take mail for from outside, and those that it rewrites and
// does take mail for: control/locals, control/virtualdomains and control/percenthack against rcpthosts and
// morercpthosts.
#pragma once

#include <string>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/site.hpp"
#include "site/read_site.hpp"

namespace core {

/// What rcpthosts and morercpthosts.cdb of the control folder `folder` list. Their own faults are found where they are
/// checked.
[[nodiscard]] DestinationList read_accepted(const std::string& folder, const ReadOptions& options,
                                            const Sources& sources);

/// Adds a finding for each such domain of the control folder `folder`, which has an rcpthosts; `accepted` is what the
/// server takes mail for. What cannot be read is in Site::failures. Source: qmail-send(8), qmail-smtpd(8).
void check_local_domains(Site& site, const std::string& folder, const DestinationList& accepted,
                         const ReadOptions& options, Sources& sources, Findings& findings);

}  // namespace core
