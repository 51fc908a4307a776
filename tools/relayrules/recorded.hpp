// What compile records of a database beside it, on request: see cdb/origin.hpp.
#pragma once

#include <CLI/CLI.hpp>

#include "cdb/origin.hpp"
#include "model/site.hpp"

namespace core {

struct RecordOptions {
  bool origin = false;  ///< --origin; the others mean it, too
  std::optional<std::uint64_t> serial;
  std::optional<std::int64_t> not_after;

  [[nodiscard]] bool records() const { return origin || serial || not_after; }
};

/// Adds --origin, --serial and --not-after.
void add_record_options(CLI::App& app, RecordOptions& options);

/// None: `database` may be replaced by what is made of `site`, for its serial does not go back and its time is not
/// over. Else the exit code with which it stays as it is, and the user has been told why.
[[nodiscard]] std::optional<int> refuse_old_rules(const std::string& database, const Site& site,
                                                  const RecordOptions& options);

/// Puts the complete `file` in the place of `database`, and behind it the record that tells what it was made of.
[[nodiscard]] Status commit_recorded(ReplaceFile& file, const std::string& database, const Site& site,
                                     const RecordOptions& options);

}  // namespace core
