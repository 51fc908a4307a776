// Running the checks over a site.
#pragma once

#include <future>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "lint/context.hpp"
#include "model/site.hpp"

namespace core {

/// Runs every check that is for the formats of `site` and adds what it finds. A policy that is incomplete is checked as
/// far as it was read. `context` is what else is known of the site. With std::launch::async a second thread helps where
/// there are many rules.
void run_checks(const Site& site, const Sources& sources, Findings& findings, const CheckContext& context = {},
                std::launch helper = std::launch::deferred);

}  // namespace core
