// Running the checks over a site.
#pragma once

#include <future>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "lint/context.hpp"
#include "model/site.hpp"

namespace core {

/// Runs every check that is for the formats of `site` and adds what it finds. A policy that is incomplete is checked as
/// far as it was read. `contexts` are what else is known of its files; those of one policy have that of the first. With
/// std::launch::async a second thread helps where there are many rules.
void run_checks(const Site& site, const Sources& sources, Findings& findings, const CheckContexts& contexts = {},
                std::launch helper = std::launch::deferred);

}  // namespace core
