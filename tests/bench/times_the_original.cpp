// Alternating runs: see times_the_original.hpp.
#include "times_the_original.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>
#include <vector>

namespace core::bench {

Measured measure_beside(const Program& original, const Program& program, const std::string& rules, int turns,
                        std::string input) {
  const bool compares = is_program(original.arguments[0]);
  if (input.empty()) input = rules;
  std::vector<double> seconds;
  std::vector<double> ratios;
  Measured measured;
  for (int turn = 0; turn < turns; ++turn) {
    const double unit = compares ? run(original, rules).seconds : 0;
    const Sample sample = run(program, input);
    seconds.push_back(sample.seconds);
    ratios.push_back(compares ? sample.seconds / unit : 0);
    measured.peak_kib = std::max(measured.peak_kib, sample.peak_kib);
  }
  measured.seconds = median(seconds);
  measured.times_the_original = median(ratios);
  return measured;
}

Measured measure(const Program& program, const std::string& rules, int turns, std::string input) {
  const std::string folder = std::filesystem::path(rules).parent_path();
  const Program original{"tcprules", {"/usr/bin/tcprules", folder + "/a.cdb", folder + "/a.tmp"}, true, 0};
  return measure_beside(original, program, rules, turns, std::move(input));
}

void print_head(const char* what, const char* compiled) {
  std::printf(
      "%s: median of alternating runs; 'x tcprules' is the time divided by the\n"
      "original's for compiling %s; 'per 10 x rules' is the time divided by the time for a tenth of the rules.\n\n"
      "  %-30s %9s %10s %12s %12s %14s\n",
      what, compiled, "", "rules", "time, ms", "x tcprules", "bytes/rule", "per 10 x rules");
}

void print_row(const char* name, std::size_t count, const Measured& measured, const Measured* tenth) {
  std::printf("  %-30s %9zu %10.0f %12.2f %12.0f", name, count, measured.seconds * 1000, measured.times_the_original,
              static_cast<double>(measured.peak_kib) * 1024 / static_cast<double>(count));
  if (tenth == nullptr)
    std::printf(" %14s\n", "-");
  else
    std::printf(" %14.2f\n", measured.seconds / tenth->seconds);
  std::fflush(stdout);
}

}  // namespace core::bench
