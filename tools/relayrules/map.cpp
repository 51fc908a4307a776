// relayrules map: a picture of the IPv4 space in which relaying, allowed and denied regions are seen at a glance.
#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/map.hpp"

namespace core {
namespace {

struct MapOptions {
  std::vector<std::string> files;
  std::string output = "-";
  ReadOptions load;
};

std::optional<int> parse(int argc, char** argv, MapOptions& options) {
  CLI::App app("Draw what rules do with all IPv4 addresses, as a Hilbert curve in SVG.", "relayrules map");
  app.add_option("FILE", options.files, "Rule files, read as one, or a CDB; '-' is standard input")->required();
  app.add_option("-o,--output", options.output, "The picture to write or replace; '-' is standard output")
      ->type_name("OUT.svg")
      ->capture_default_str();
  add_load_options(app, options.load);
  return parse_command_line(app, argc, argv);
}

}  // namespace

int run_map(int argc, char** argv) {
  MapOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  Sources sources;
  const auto loaded = load_for_proof(options.files, options.load, sources);
  if (!loaded) return exit_failure;
  if (const auto code = refuse_to_overwrite(options.output, "picture", options.files, sources)) return *code;
  std::replace(options.files.begin(), options.files.end(), std::string("-"), std::string("standard input"));
  const std::string names = fmt::format("{}", fmt::join(options.files, ", "));
  const auto regions = analysis::decided_regions(analysis::partition(loaded->clients(), options.load.daemon));
  return deliver(format_map(regions, {loaded->clients(), sources, names}), exit_fine, options.output);
}

}  // namespace core
