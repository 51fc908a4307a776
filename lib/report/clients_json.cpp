// Clients, effects and rules as JSON: see clients_json.hpp.
#include "report/clients_json.hpp"

namespace core {

Json names_json(const analysis::Names& names) {
  if (names.any) return "any";
  if (names.without && !names.others && names.patterns.empty()) return "none";
  Json list = Json::array();
  if (names.others) list.push_back("=");
  for (const std::string& pattern : names.patterns) list.push_back("=" + pattern);
  return list;
}

Json prefixes_json(const RangeList& ranges) {
  Json list = Json::array();
  for (const Prefix& prefix : prefixes_of(ranges)) list.push_back(format_prefix(prefix));
  return list;
}

void add_clients(Json& json, const analysis::ClientSet& clients) {
  json["prefixes"] = prefixes_json(clients.ranges);
  json["names"] = names_json(clients.names);
  json["without_name"] = clients.names.any || clients.names.without;
  json["info"] = clients.info ? Json(*clients.info) : Json(nullptr);
  json["addresses"] = clients.addresses.text();
}

Json client_json(const Client& client) {
  return {{"ip", format_address(client.address)},
          {"host", client.host ? Json(*client.host) : Json(nullptr)},
          {"info", client.info ? Json(*client.info) : Json(nullptr)}};
}

Json env_json(const EnvEdits& edits) {
  Json env = Json::object();
  for (const EnvEdit& edit : edits) env[std::string(edit.name())] = edit.unset ? Json(nullptr) : Json(edit.value());
  return env;
}

Json side_json(const NamedPolicy& named, const analysis::Side& side) {
  Json json;
  json["verdict"] = side.effect.allowed ? "allow" : "deny";
  json["relay"] = side.effect.relay;
  json["env"] = env_json(side.effect.edits);
  json["rule"] = side.rule ? Json(format_rule_place(named, side)) : Json(nullptr);
  return json;
}

Json place_json(const Sources& sources, Span span) {
  const Source* source = span.size() == 0 ? nullptr : sources.find(span.begin);
  if (source == nullptr) return nullptr;
  return source->name() + ":" + std::to_string(sources.position(span.begin).line);
}

std::string dump_json(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string format_json(const Json& json) { return dump_json(json) + "\n"; }

}  // namespace core
