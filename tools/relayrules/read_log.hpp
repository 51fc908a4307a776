// Reading connection logs: what replay and clients have in common.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "analysis/replay.hpp"

namespace core {

/// Adds --regex.
void add_log_options(CLI::App& app, std::string& regex);
/// Reads `logs`, "-" for standard input; `action` is what cannot be done of a log without a client: "replay". None when
/// that failed, with the exit code in `code`; the user has been told.
[[nodiscard]] std::optional<analysis::SeenClients> read_logs(const std::vector<std::string>& logs,
                                                             const std::string& regex, const std::string& action,
                                                             int& code);

}  // namespace core
