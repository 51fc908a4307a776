// Measuring a program against the original tcprules in the same turns, and the rows of the tables that show it.
#pragma once

#include <cstddef>
#include <string>

#include "run_program.hpp"

namespace core::bench {

struct Measured {
  double seconds = 0;
  double times_the_original = 0;  ///< what the original needs for the rules; 0: it is not installed
  long peak_kib = 0;
};

/// Medians of `turns` turns, in each of which `original` runs once on the file `rules`, and then `program` once. It
/// gets the rules, or `input`, as standard input, if it reads that.
[[nodiscard]] Measured measure_beside(const Program& original, const Program& program, const std::string& rules,
                                      int turns, std::string input = {});
/// The same beside the original tcprules, which compiles the rules.
[[nodiscard]] Measured measure(const Program& program, const std::string& rules, int turns, std::string input = {});

/// Says `what` is measured, and what the original compiles, above a table.
void print_head(const char* what, const char* compiled);
/// A row; `tenth` is the one for a tenth of the rules, or null.
void print_row(const char* name, std::size_t count, const Measured& measured, const Measured* tenth);

}  // namespace core::bench
