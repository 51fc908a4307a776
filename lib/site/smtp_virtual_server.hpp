// The SMTP virtual server of Windows Server 2003 and Exchange 2003: who may relay by its list.
#pragma once

#include "base/finding.hpp"
#include "model/site.hpp"
#include "site/records.hpp"

namespace core {

/// Adds the tables and stages of the virtual server that `record` is, but for the domains that are its own, which are
/// the destinations of `site`, where these are known. What cannot be read is a finding.
void add_virtual_server(Site& site, const Record& record, Findings& findings);

}  // namespace core
