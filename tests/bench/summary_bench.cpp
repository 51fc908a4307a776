// Measures what people wait for, as the one table that README shows: time and memory of our programs beside what the
// original needs for the same input in the same turn, and beside the floor, what dd needs to read and write the same
// bytes and to wait until they are kept. Prints Markdown.
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "generate_rules.hpp"
#include "run_program.hpp"
#include "times_the_original.hpp"

namespace core::bench {
namespace {

const std::string tools = std::string(RELAYRULES_BINARY_DIR) + "/tools/";

/// What is measured: ours, beside the original on the same input.
struct Row {
  std::string name;
  Program ours;
  double wanted = 0;  ///< how many times as fast it shall be; 0: nobody said
};

double seconds_of_dd(const std::string& from, const std::string& to, bool syncs) {
  std::vector<std::string> arguments = {"/bin/dd", "if=" + from, "of=" + to, "bs=1M", "status=none"};
  if (syncs) arguments.emplace_back("conv=fsync");
  std::vector<double> seconds;
  for (int turn = 0; turn < 9; ++turn) seconds.push_back(run({"dd", arguments, false}, {}).seconds);
  return median(seconds);
}

/// What reading the rules and writing the database that was made of them take.
double floor_of(const std::string& rules, const std::string& database) {
  return seconds_of_dd(rules, "/dev/null", false) + seconds_of_dd(database, database + ".copy", true);
}

std::string wanted_text(const Row& row) {
  char text[32] = "";
  if (row.wanted != 0) std::snprintf(text, sizeof text, "%.2g", row.wanted);
  return text;
}

std::string milliseconds(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, seconds < 0.02 ? "%.2f" : "%.0f", seconds * 1000);
  return text;
}

/// All rows on one file, each in turn with the original; `count` rules are in it.
void measure_rows(const Program& original, const std::vector<Row>& rows, const std::string& rules, std::size_t count,
                  double floor, int turns) {
  for (const Row& row : rows) {
    (void)run(row.ours, rules);  // warm
    const Measured measured = measure_beside(original, row.ours, rules, turns);
    const double per_rule = static_cast<double>(measured.peak_kib) * 1024 / static_cast<double>(count);
    std::printf("| %s | %s ms | %.2f | %s | %s | %s ms |\n", row.name.c_str(), milliseconds(measured.seconds).c_str(),
                1 / measured.times_the_original, wanted_text(row).c_str(),
                count < 100'000 ? "" : std::to_string(static_cast<long>(per_rule)).c_str(),
                milliseconds(floor).c_str());
    std::fflush(stdout);
  }
}

std::string with_first_refusal_lifted(std::string rules) {
  const std::string refusal = ":deny";
  return rules.replace(rules.find(refusal), refusal.size(), ":allow");
}

Program compiler(const std::string& path, const std::string& folder) {
  return {path, {path, folder + "/rules.cdb", folder + "/rules.tmp"}, true};
}

Program relayrules(std::vector<std::string> arguments, int code) {
  arguments.insert(arguments.begin(), tools + "relayrules");
  return {"relayrules " + arguments[1], std::move(arguments), false, code};
}

void measure_compiling(const std::string& folder) {
  const std::string rules = folder + "/rules.tcp.smtp";
  const std::string after = folder + "/after.tcp.smtp";
  const Program original = compiler("/usr/bin/tcprules", folder);
  const auto make = [&](std::string (*generate)(std::size_t), std::size_t count) {
    in_child([&] {
      const std::string text = generate(count);
      write_file(rules, text);
      write_file(after, with_first_refusal_lifted(text));
    });
    (void)run(original, rules);
    return floor_of(rules, folder + "/rules.cdb");
  };
  const Program ours = compiler(tools + "tcprules", folder);
  const Program check = relayrules({"check", rules}, 1);
  const auto compile = [&](int code) { return relayrules({"compile", rules, "-o", folder + "/ours.cdb"}, code); };
  double floor = make(generate_rules, 20);
  measure_rows(original, {{"our tcprules, 20 rules", ours, 1}, {"relayrules check, 20 rules", check, 0}}, rules, 20,
               floor, 101);
  floor = make(generate_rules, 1'000);
  measure_rows(original, {{"our tcprules, 1,000 rules", ours, 1}}, rules, 1'000, floor, 101);
  constexpr std::size_t million = 1'000'000;
  floor = make(generate_rules, million);
  measure_rows(original,
               {{"our tcprules, a million rules", ours, 2},
                {"relayrules compile, all checks", compile(0), 1.5},
                {"relayrules audit", relayrules({"audit", rules}, 0), 0.67},
                {"relayrules diff, one rule changed", relayrules({"diff", rules, after}, 1), 0.5}},
               rules, million, floor, 9);
  floor = make(generate_old_rules, million);
  measure_rows(original,
               {{"our tcprules, an old list of a million", ours, 2},
                {"relayrules compile, that list", compile(1), 0.8},
                {"relayrules check, that list", check, 0.8},
                {"the same as JSON", relayrules({"check", rules, "--format", "json"}, 1), 0},
                {"the same as SARIF", relayrules({"check", rules, "--format", "sarif"}, 1), 0}},
               rules, million, floor, 9);
}

/// Programs that are started for each connection, beside the original tcprulescheck.
void measure_connections(const std::string& folder) {
  const std::string rules = folder + "/rules.tcp.smtp";
  const std::string database = folder + "/rules.cdb";
  in_child([&] { write_file(rules, "192.0.2.1:allow,RELAYCLIENT=\"\"\n:allow\n"); });
  (void)run(compiler("/usr/bin/tcprules", folder), rules);
  const double floor = seconds_of_dd(database, "/dev/null", false);
  const auto asking = [](std::vector<std::string> arguments) {
    return Program{arguments[0], arguments, false, 0, "TCPREMOTEIP=192.0.2.1"};
  };
  measure_rows(
      asking({"/usr/bin/tcprulescheck", database}),
      {{"our tcprulescheck", asking({tools + "tcprulescheck", database}), 1.1},
       {"relayrules-env and /bin/true behind it", asking({tools + "relayrules-env", "-x", database, "/bin/true"}), 0},
       {"relayrules-env --dry-run", asking({tools + "relayrules-env", "--dry-run", "-x", database}), 1.1}},
      rules, 2, floor, 301);
}

}  // namespace

int run_all() {
  for (const char* original : {"/usr/bin/tcprules", "/usr/bin/tcprulescheck"})
    if (!is_program(original)) die(std::string(original) + " is not there");
  const std::string folder = make_folder();
  std::printf("| whole program | time | times as fast as the original | wanted | bytes a rule | floor |\n");
  std::printf("|---|---|---|---|---|---|\n");
  measure_compiling(folder);
  measure_connections(folder);
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace core::bench

int main() { return core::bench::run_all(); }
