// Clients, effects and rules as JSON: see clients_json.hpp.
#include "report/clients_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "base/utf8.hpp"

namespace core {
namespace {

/// An escape for what people cannot see; two of UTF-16 where that is needed.
std::string escaped(char32_t code) {
  if (code < 0x10000) return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  const auto rest = static_cast<unsigned>(code - 0x10000);
  return fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
}

/// `json`, which is UTF-8 in one line, fit for a terminal: what is not seen stands in texts only, and there it may be
/// escaped. So may the bracket of a command to GitHub.
std::string escaped_unseen(std::string json) {
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x7f; };
  if (std::all_of(json.begin(), json.end(), is_plain) && json.find("##[") == std::string::npos) return json;
  std::string text;
  for (std::size_t at = 0; at < json.size();) {
    const std::string_view rest = std::string_view(json).substr(at);
    const std::size_t length = utf8_length(rest);
    if (printable_length(rest) == 0 || (rest.front() == '[' && text.ends_with("##")))
      text += escaped(utf8_code(rest.substr(0, length)));
    else
      text += rest.substr(0, length);
    at += length;
  }
  return text;
}

}  // namespace

Json names_json(const analysis::Names& names) {
  if (names.any) return "any";
  if (names.without && !names.others && names.patterns.empty()) return "none";
  Json list = Json::array();
  if (names.others) list.push_back("=");
  for (const std::string_view pattern : names.patterns) list.push_back(fmt::format("={}", pattern));
  return list;
}

Json prefixes_json(const RangeList& ranges) {
  Json list = Json::array();
  for (const Prefix& prefix : prefixes_of(ranges)) list.push_back(format_prefix(prefix));
  return list;
}

void add_clients(Json& json, const analysis::ClientSet& clients, const ListedBefore& listed) {
  json["prefixes"] = listed.prefixes ? Json{{"same_as", *listed.prefixes}} : prefixes_json(clients.ranges);
  json["names"] = listed.names ? Json{{"same_as", *listed.names}} : names_json(clients.names);
  json["without_name"] = clients.names.any || clients.names.without;
  json["info"] = clients.info ? Json(*clients.info) : Json(nullptr);
  json["addresses"] = clients.addresses.text();
}

Json client_json(const Client& client) {
  return {{"ip", format_address(client.address)},
          {"host", client.host ? Json(*client.host) : Json(nullptr)},
          {"info", client.info ? Json(*client.info) : Json(nullptr)}};
}

Json env_json(std::span<const EnvEdit> edits) {
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
  const std::string place = span.size() == 0 ? std::string() : sources.place(span);
  return place.empty() ? Json(nullptr) : Json(place);
}

std::string dump_json(const Json& json) {
  return escaped_unseen(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string format_json(const Json& json) { return dump_json(json) + "\n"; }

}  // namespace core
