// Domains that qmail delivers at this server and does not take mail for from outside: control/locals and
// control/virtualdomains against rcpthosts and morercpthosts.
#pragma once

#include <string>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/site.hpp"
#include "site/read_site.hpp"

namespace core {

/// Adds a finding for each such domain of the control folder `folder`; none where it has no rcpthosts, for then mail
/// for every domain is taken. What cannot be read is in Site::failures. Source: qmail-send(8), qmail-smtpd(8).
void check_local_domains(Site& site, const std::string& folder, const ReadOptions& options, Sources& sources,
                         Findings& findings);

}  // namespace core
