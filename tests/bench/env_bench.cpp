// Measures what a chain program costs each connection: the whole life of relayrules-env beside that of the original
// tcprulescheck, which does nothing but look a client up.
//
// The programs run in turn, a thousand turns, and each turn asks about another client. A ratio is the median of the
// ratios within a turn.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "generate_rules.hpp"
#include "run_program.hpp"

namespace core::bench {
namespace {

constexpr int turns = 1000;

struct Measured {
  double seconds = 0;
  double ratio = 0;
  long page_faults = 0;
};

/// Clients all over the addresses; some are listed.
std::string client_of(int turn) {
  const auto number = static_cast<unsigned>(turn) * 2654435761U;
  const auto octet = [&](unsigned shift) { return std::to_string(number >> shift & 255U); };
  return "TCPREMOTEIP=" + octet(24) + "." + octet(16) + "." + octet(8) + "." + octet(0);
}

double seconds_of(Program program, int turn, long& page_faults) {
  program.environment = client_of(turn);
  const Sample sample = run(program, "/dev/null");
  page_faults = std::max(page_faults, sample.page_faults);
  return sample.seconds;
}

std::vector<Measured> measure(const std::vector<Program>& programs) {
  std::vector<Measured> result(programs.size());
  std::vector<std::vector<double>> seconds(programs.size());
  std::vector<std::vector<double>> ratios(programs.size());
  for (int turn = 0; turn < turns; ++turn) {
    for (std::size_t i = 0; i < programs.size(); ++i) {
      seconds[i].push_back(seconds_of(programs[i], turn, result[i].page_faults));
      ratios[i].push_back(seconds[i].back() / seconds[0].back());
    }
  }
  for (std::size_t i = 0; i < programs.size(); ++i) {
    result[i].seconds = median(seconds[i]);
    result[i].ratio = median(ratios[i]);
  }
  return result;
}

/// Rules that deny nobody, so that each run of a program ends alike.
std::string allowing_rules(std::size_t count) {
  const std::string rules = generate_rules(count);
  std::string text;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = rules.find(":deny", from)) != std::string::npos; from = at + 5) {
    text.append(rules, from, at - from);
    text += ":allow";
  }
  return text.append(rules, from);
}

void measure_rules(const char* name, std::size_t count, const std::string& folder) {
  const std::string tools = std::string(RELAYRULES_BINARY_DIR) + "/tools/";
  const std::string rules = folder + "/rules";
  const std::string database = folder + "/rules.cdb";
  in_child([&] { write_file(rules, allowing_rules(count)); });
  (void)run({"tcprules", {"/usr/bin/tcprules", database, folder + "/tmp"}}, rules);
  const std::vector<Program> programs = {
      {"tcprulescheck (original)", {"/usr/bin/tcprulescheck", database}, false},
      {"tcprulescheck (ours)", {tools + "tcprulescheck", database}, false},
      {"relayrules-env --dry-run", {tools + "relayrules-env", "--dry-run", "-x", database}, false},
      {"relayrules-env, PROG missing", {tools + "relayrules-env", "-x", database, "/nonexistent"}, false, 111},
  };
  const std::vector<Measured> measured = measure(programs);
  std::printf("  %s: %zu rules, a CDB of %.1f MB\n", name, count,
              static_cast<double>(std::filesystem::file_size(database)) / 1e6);
  for (std::size_t i = 0; i < programs.size(); ++i)
    std::printf("    %-30s %8.0f us %8.2f x the original %8ld page faults\n", programs[i].name.c_str(),
                measured[i].seconds * 1e6, measured[i].ratio, measured[i].page_faults);
}

}  // namespace

int run_all() {
  for (const char* original : {"/usr/bin/tcprules", "/usr/bin/tcprulescheck"})
    if (!is_program(original)) die(std::string(original) + " is not there");
  const std::string folder = make_folder();
  std::printf("Programs that are started for each connection: medians of %d alternating runs\n", turns);
  measure_rules("small", 100, folder);
  measure_rules("large", 1'450'000, folder);
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace core::bench

int main() { return core::bench::run_all(); }
