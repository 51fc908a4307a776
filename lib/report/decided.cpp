// Decided regions as text and as JSON: see decided.hpp.
#include "report/decided.hpp"

#include <fmt/format.h>

#include "report/clients_json.hpp"

namespace core {

std::string format_decided(const std::vector<analysis::DecidedRegion>& regions, const NamedPolicy& named) {
  std::string text;
  for (const auto& [clients, decision, rules] : regions) {
    text += fmt::format("{}\n  {}\n", format_prefixes(clients.ranges), format_client_count(clients));
    text += fmt::format("  {}  by {}{}\n", format_effect(decision.effect), format_rule_place(named, decision),
                        rules.size() > 1 ? " and other rules" : "");
    text += fmt::format("  for instance {}\n\n", format_client(clients.witness));
  }
  if (regions.empty()) return "no such client\n";
  return text + fmt::format("{} {} of clients\n", regions.size(), regions.size() == 1 ? "set" : "sets");
}

std::string format_decided_json(const std::vector<analysis::DecidedRegion>& regions, const NamedPolicy& named) {
  Json json;
  json["found"] = regions.size();
  json["regions"] = Json::array();
  for (const auto& [clients, decision, rules] : regions) {
    Json region;
    add_clients(region, clients);
    region["decision"] = side_json(named, decision);
    region["other_rules"] = rules.size() > 1;
    region["witness"] = client_json(clients.witness);
    json["regions"].push_back(std::move(region));
  }
  return format_json(json);
}

}  // namespace core
