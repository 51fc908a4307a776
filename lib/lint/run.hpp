// Running the checks over a site.
#pragma once

#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/site.hpp"

namespace relayrules {

/// Runs every check that is for the formats of `site` and adds what it finds. A policy that is incomplete is checked as far as
/// it was read.
void run_checks(const Site& site, const Sources& sources, Findings& findings);

}  // namespace relayrules
