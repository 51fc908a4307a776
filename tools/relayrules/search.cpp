// relayrules search: which clients get a verdict, and which rule decides.
#include <fmt/format.h>

#include <variant>

#include "analysis/expectation_text.hpp"
#include "analysis/regions.hpp"
#include "command.hpp"
#include "load.hpp"
#include "output.hpp"
#include "report/changes.hpp"

namespace core {
namespace {

struct SearchOptions {
  std::vector<std::string> rules;
  std::string verdict;
  std::string addresses;
  std::string name;
  std::string format = "text";
  ReadOptions load;
};

std::optional<int> parse(int argc, char** argv, SearchOptions& options) {
  CLI::App app("Tell which clients are let in, are refused or relay, and which rule decides.", "relayrules search");
  app.add_option("RULES", options.rules, "Rule files, read as one, or a CDB")->required();
  app.add_option("--verdict", options.verdict, "allow, deny or relay")
      ->check(CLI::IsMember({"allow", "deny", "relay"}));
  app.add_option("--in", options.addresses, "Only clients with such an address: 10.0.0.0/8, 10.1., an address, A-B")
      ->type_name("PREFIX");
  app.add_option("--name", options.name, "Only clients with this name; .example.com: names that end so; none; any")
      ->type_name("SUFFIX");
  app.add_option("--format", options.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  add_load_options(app, options.load);
  if (const auto code = parse_command_line(app, argc, argv)) return code;
  if (options.verdict.empty() && options.addresses.empty() && options.name.empty())
    return report_usage("search needs something to look for: --verdict, --in or --name");
  return std::nullopt;
}

/// The clients that the options mean, or the exit code after a message.
std::variant<analysis::ClientQuery, int> make_query(const SearchOptions& options) {
  analysis::ClientQuery query;
  if (!options.addresses.empty()) {
    auto addresses = analysis::parse_addresses(options.addresses);
    if (const auto* wrong = std::get_if<std::string>(&addresses))
      return report_usage(fmt::format("{} {}", core::quoted(options.addresses), *wrong));
    query.addresses = std::move(std::get<std::vector<Range>>(addresses));
  }
  if (!options.name.empty() && !analysis::parse_host(options.name, query.host))
    return report_usage(fmt::format("{} is no host name", core::quoted(options.name)));
  return query;
}

bool is_wanted(const analysis::Side& side, std::string_view verdict) {
  if (verdict == "relay") return side.effect.relay;
  return verdict.empty() || side.effect.allowed == (verdict == "allow");
}

}  // namespace

int run_search(int argc, char** argv) {
  SearchOptions options;
  if (const auto code = parse(argc, argv, options)) return *code;
  const auto query = make_query(options);
  if (const int* code = std::get_if<int>(&query)) return *code;
  Sources sources;
  const auto loaded = load_for_proof(options.rules, options.load, sources);
  if (!loaded) return exit_failure;
  const auto clients = analysis::partition(loaded->clients(), options.load.daemon);
  const analysis::Selection found(clients, std::get<analysis::ClientQuery>(query),
                                  [&](const analysis::Side& side) { return is_wanted(side, options.verdict); });
  const NamedPolicy named{loaded->clients(), sources, options.rules.front()};
  Output output;
  const auto write = [&](std::string_view text) { output.write(text); };
  if (options.format == "json")
    format_decided_json(found, named, write);
  else
    format_decided(found, named, write);
  return end_at_once(output.finish(found.empty() ? exit_findings : exit_fine));
}

}  // namespace core
