// The database that a compile is about to replace, compared with the rules that come in its place.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "base/source.hpp"
#include "model/policy.hpp"

namespace core {

struct ReplaceOptions {
  bool show_diff = false;
  bool confirm_widening = false;
  bool allow_widening = false;

  /// True when nothing is replaced by what lets anybody gain relaying.
  [[nodiscard]] bool refuses() const { return confirm_widening && !allow_widening; }
  /// True when the two are to be compared.
  [[nodiscard]] bool compares() const { return show_diff || refuses(); }
};

/// Adds --show-diff, --confirm-widening and --allow-widening.
void add_replace_options(CLI::App& app, ReplaceOptions& options);

/// Compares `policy` with the CDB `path`, as far as asked for. None: it may be replaced. Else the exit code with which
/// it stays as it is, and the user has been told why. `daemon` as in evaluate; `sources` hold the text of `policy`.
[[nodiscard]] std::optional<int> compare_with_replaced(const std::string& path, const Policy& policy,
                                                       const std::string& daemon, const Sources& sources,
                                                       const ReplaceOptions& options);

}  // namespace core
