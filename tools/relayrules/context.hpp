// What the user says of the program that reads the rules: --paranoid, --service.
#pragma once

#include <CLI/CLI.hpp>

#include "lint/context.hpp"

namespace core {

/// Adds the two options. `context` must live until the command line was parsed.
void add_context_options(CLI::App& app, CheckContext& context);

}  // namespace core
