// Measures compiling, beside the original: time and peak memory of the original tcprules, of ours, and of `relayrules
// compile` with its checks, on the same generated files.
//
// The programs run in turn (A B C A B C ...), and a ratio is the median of the ratios within a turn: what else the
// machine does then hits all of them alike. Files are in memory where there is room, so that no disk is measured.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "generate_rules.hpp"
#include "run_program.hpp"

namespace core::bench {
namespace {

/// `code` is what the checks make of the file.
std::vector<Program> find_programs(const std::string& folder, const std::string& rules, int code) {
  std::vector<Program> programs;
  const std::string tools = std::string(RELAYRULES_BINARY_DIR) + "/tools/";
  const auto add = [&](const std::string& name, std::vector<std::string> arguments, bool reads_standard_input,
                       int exit_code = 0) {
    if (is_program(arguments[0]))
      programs.push_back({name, std::move(arguments), reads_standard_input, exit_code});
    else
      std::printf("NOT MEASURED: %s is not there (%s)\n", name.c_str(), arguments[0].c_str());
  };
  add("tcprules (original)", {"/usr/bin/tcprules", folder + "/a.cdb", folder + "/a.tmp"}, true);
  add("tcprules (ours)", {tools + "tcprules", folder + "/b.cdb", folder + "/b.tmp"}, true);
  const std::vector<std::string> compile = {tools + "relayrules", "compile", rules,     "-o",
                                            folder + "/c.cdb",    "--from",  "tcprules"};
  add("relayrules compile", compile, false, code);
  std::vector<std::string> unchecked = compile;
  unchecked.emplace_back("--no-check");
  add("  with --no-check", unchecked, false);
  // the generated rules deny names behind addresses that relay, which is a finding
  add("relayrules check", {tools + "relayrules", "check", rules, "--from", "tcprules"}, false, 1);
  return programs;
}

struct Measured {
  double seconds = 0;
  double ratio = 0;
  long peak_kib = 0;
};

/// All programs on one file, in turn.
std::vector<Measured> measure(const std::vector<Program>& programs, const std::string& rules, int turns) {
  std::vector<std::vector<double>> seconds(programs.size());
  std::vector<std::vector<double>> ratios(programs.size());
  std::vector<Measured> result(programs.size());
  for (const Program& program : programs) (void)run(program, rules);  // warm
  for (int turn = 0; turn < turns; ++turn) {
    double first = 0;
    for (std::size_t i = 0; i < programs.size(); ++i) {
      const Sample sample = run(programs[i], rules);
      if (i == 0) first = sample.seconds;
      seconds[i].push_back(sample.seconds);
      ratios[i].push_back(first / sample.seconds);
      result[i].peak_kib = std::max(result[i].peak_kib, sample.peak_kib);
    }
  }
  for (std::size_t i = 0; i < programs.size(); ++i) {
    result[i].seconds = median(seconds[i]);
    result[i].ratio = median(ratios[i]);
  }
  return result;
}

void check_equal_bytes(const std::string& folder) {
  const auto bytes = [&](const char* name) {
    std::ifstream file(folder + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string original = bytes("/a.cdb");
  for (const char* name : {"/b.cdb", "/c.cdb"})
    if (!original.empty() && std::filesystem::exists(folder + name) && bytes(name) != original)
      die("the compilers wrote different bytes");
}

void print_table(const std::string& what, std::size_t count, const std::vector<Program>& programs,
                 const std::vector<Measured>& measured, const std::vector<Measured>& smaller) {
  std::printf("\n%zu %s\n", count, what.c_str());
  std::printf("  %-22s %12s %14s %12s %12s %14s\n", "", "time, ms", "times as fast", "peak, KiB", "bytes/rule",
              "per 10 x rules");
  for (std::size_t i = 0; i < programs.size(); ++i) {
    std::printf("  %-22s %12.2f %14.2f %12ld %12.0f", programs[i].name.c_str(), measured[i].seconds * 1000,
                measured[i].ratio, measured[i].peak_kib,
                static_cast<double>(measured[i].peak_kib) * 1024 / static_cast<double>(count));
    if (smaller.empty())
      std::printf(" %14s\n", "-");
    else
      std::printf(" %14.2f\n", measured[i].seconds / smaller[i].seconds);
  }
}

}  // namespace

/// A kind of file in several sizes.
struct Shape {
  const char* what;
  std::string (*generate)(std::size_t count);
  int exit_code;  ///< of relayrules compile: 1 where the file has errors
  std::vector<std::size_t> counts;
};

void measure_shape(const Shape& shape, const std::string& folder) {
  const std::string rules = folder + "/rules.tcp.smtp";
  const auto programs = find_programs(folder, rules, shape.exit_code);
  if (programs.empty()) die("there is nothing to measure");
  std::vector<Measured> smaller;
  std::size_t smaller_count = 0;
  for (const std::size_t count : shape.counts) {
    in_child([&] { write_file(rules, shape.generate(count)); });
    auto measured = measure(programs, rules, count >= 1'000'000 ? 9 : count >= 100'000 ? 21 : 101);
    in_child([&] { check_equal_bytes(folder); });
    if (smaller_count * 10 != count) smaller.clear();
    print_table(shape.what, count, programs, measured, smaller);
    std::fflush(stdout);
    smaller = std::move(measured);
    smaller_count = count;
  }
}

int run_all() {
  const std::string folder = make_folder();
  std::printf(
      "Compiling: median of alternating runs; 'times as fast' is against the first line; 'per 10 x rules' is the time\n"
      "divided by the time for a tenth of the rules. Some files have been kept with care; old ones have a finding in\n"
      "every seventh line, and are not compiled unless with --no-check.\n");
  measure_shape({"rules", generate_rules, 0, {20, 1'000, 10'000, 100'000, 1'000'000}}, folder);
  measure_shape({"old rules", generate_old_rules, 1, {100'000, 1'000'000}}, folder);
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace core::bench

int main() { return core::bench::run_all(); }
