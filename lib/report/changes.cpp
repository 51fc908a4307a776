// Changes as text and as JSON: see changes.hpp.
#include "report/changes.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/finding.hpp"

namespace relayrules {
namespace {

using analysis::Change;
using analysis::ChangeKind;
using analysis::Names;
using analysis::Side;
using Json = nlohmann::ordered_json;

constexpr std::size_t shown_prefixes = 8;

std::string_view headline(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::relay_gained: return "may now send to any domain";
    case ChangeKind::allow_gained: return "are now let in";
    case ChangeKind::denied: return "are now refused";
    case ChangeKind::relay_lost: return "may no longer send to any domain";
    case ChangeKind::environment: break;
  }
  return "get another environment";
}

/// "tcp.smtp:3", or the key where there is no text, or "nothing matched".
std::string rule_place(const Policy& policy, const Side& side, const Sources& sources, const std::string& name) {
  if (!side.rule) return "nothing matched";
  const Rule& rule = policy.rules[*side.rule];
  const Source* source = rule.span.size() == 0 ? nullptr : sources.find(rule.span.begin);
  if (source == nullptr) return fmt::format("{}, key {}", name, relayrules::quoted(format_peer(rule.peer)));
  return fmt::format("{}:{}", source->name(), sources.position(rule.span.begin).line);
}

std::string effect_text(const analysis::Effect& effect) {
  if (!effect.allowed) return "deny";
  std::string text = effect.relay ? "relay" : "allow";
  for (const EnvEdit& edit : effect.edits) {
    if (edit.unset)
      text += fmt::format(" -{}", edit.name());
    else
      text += fmt::format(" {}=\"{}\"", edit.name(), edit.value());
  }
  const std::string shown = relayrules::quoted(text, 200);
  return shown.substr(1, shown.size() - 2);
}

std::string names_text(const Names& names) {
  std::string text;
  const auto append = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (names.without) append("without a name");
  if (names.others) append("with a name that no rule is about");
  for (std::size_t i = 0; i < names.patterns.size() && i < shown_prefixes; ++i) append("=" + names.patterns[i]);
  if (names.patterns.size() > shown_prefixes)
    append(fmt::format("and {} more names", names.patterns.size() - shown_prefixes));
  return text;
}

std::string prefixes_text(const Change& change) {
  std::string text;
  for (std::size_t i = 0; i < change.prefixes.size() && i < shown_prefixes; ++i)
    text += (i == 0 ? "" : ", ") + format_prefix(change.prefixes[i]);
  if (change.prefixes.size() > shown_prefixes)
    text += fmt::format(" and {} more", change.prefixes.size() - shown_prefixes);
  return text;
}

std::string witness_text(const Client& client) {
  std::string text = format_address(client.address);
  if (client.host) text += fmt::format(" named {}", *client.host);
  if (client.info) text += fmt::format(" with ident {}", relayrules::quoted(*client.info));
  return text;
}

std::string format_change(const Change& change, const ChangeContext& context) {
  std::string text = fmt::format("  {}\n", prefixes_text(change));
  text += fmt::format("    {} addresses", change.addresses.text_with_commas());
  if (!change.names.any) text += fmt::format("; clients {}", names_text(change.names));
  if (change.info) text += fmt::format("; ident says {}", relayrules::quoted(*change.info));
  text += fmt::format("\n    before  {:<30} {}\n", effect_text(change.before.effect),
                      rule_place(context.before, change.before, context.sources, context.before_name));
  text += fmt::format("    after   {:<30} {}\n", effect_text(change.after.effect),
                      rule_place(context.after, change.after, context.sources, context.after_name));
  text += fmt::format("    for instance {}\n", witness_text(change.witness));
  return text;
}

Json side_json(const Policy& policy, const Side& side, const Sources& sources, const std::string& name) {
  Json json;
  json["verdict"] = side.effect.allowed ? "allow" : "deny";
  json["relay"] = side.effect.relay;
  json["env"] = Json::object();
  for (const EnvEdit& edit : side.effect.edits)
    json["env"][std::string(edit.name())] = edit.unset ? Json(nullptr) : Json(edit.value());
  json["rule"] = side.rule ? Json(rule_place(policy, side, sources, name)) : Json(nullptr);
  return json;
}

/// "any", "none", or the list; "=" stands for every name that no rule is about.
Json names_json(const Names& names) {
  if (names.any) return "any";
  if (names.without && !names.others && names.patterns.empty()) return "none";
  Json list = Json::array();
  if (names.others) list.push_back("=");
  for (const std::string& pattern : names.patterns) list.push_back("=" + pattern);
  return list;
}

Json change_json(const Change& change, const ChangeContext& context) {
  Json json;
  json["kind"] = analysis::change_kind_name(change.kind);
  json["prefixes"] = Json::array();
  for (const Prefix& prefix : change.prefixes) json["prefixes"].push_back(format_prefix(prefix));
  json["names"] = names_json(change.names);
  json["without_name"] = change.names.any || change.names.without;
  json["info"] = change.info ? Json(*change.info) : Json(nullptr);
  json["addresses"] = change.addresses.text();
  json["before"] = side_json(context.before, change.before, context.sources, context.before_name);
  json["after"] = side_json(context.after, change.after, context.sources, context.after_name);
  json["witness"] = {{"ip", format_address(change.witness.address)},
                     {"host", change.witness.host ? Json(*change.witness.host) : Json(nullptr)},
                     {"info", change.witness.info ? Json(*change.witness.info) : Json(nullptr)}};
  return json;
}

}  // namespace

std::string format_changes(const std::vector<Change>& changes, const ChangeContext& context) {
  std::string text;
  const Change* previous = nullptr;
  for (const Change& change : changes) {
    if (previous == nullptr || previous->kind != change.kind)
      text += fmt::format("{}{}: clients that {}\n", previous == nullptr ? "" : "\n",
                          analysis::change_kind_name(change.kind), headline(change.kind));
    text += format_change(change, context);
    previous = &change;
  }
  return text.empty() ? "the same decision for every client\n" : text;
}

std::string format_change_summary(const std::vector<Change>& changes) {
  std::map<ChangeKind, AddressCount> counts;
  for (const Change& change : changes)
    for (const Prefix& prefix : change.prefixes) counts[change.kind].add(prefix);
  std::string text;
  for (const auto& [kind, count] : counts)
    text += fmt::format("{:<14} {} addresses\n", analysis::change_kind_name(kind), count.text_with_commas());
  return text.empty() ? "the same decision for every client\n" : text;
}

std::string format_changes_json(const std::vector<Change>& changes, const ChangeContext& context) {
  Json json;
  json["same"] = changes.empty();
  json["changes"] = Json::array();
  for (const Change& change : changes) json["changes"].push_back(change_json(change, context));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace relayrules
