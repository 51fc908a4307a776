// The same as JSON, for the reports that programs read.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>

#include "report/clients.hpp"

namespace core {

using Json = nlohmann::ordered_json;

/// Which sets of a report list what a set has in common with them; none: it lists that itself.
struct ListedBefore {
  std::optional<std::size_t> prefixes;
  std::optional<std::size_t> names;
};

/// Adds "prefixes", "names", "without_name", "info", "addresses". Names are "any", "none", or a list in which "="
/// stands for every name that no rule is about. What is `listed` is {"same_as":n}.
void add_clients(Json& json, const analysis::ClientSet& clients, const ListedBefore& listed = {});
/// The prefixes alone. The ranges must not touch.
[[nodiscard]] Json prefixes_json(const RangeList& ranges);
/// Such names alone.
[[nodiscard]] Json names_json(const analysis::Names& names);
/// {"ip","host","info"}.
[[nodiscard]] Json client_json(const Client& client);
/// {"NAME":"value"}; null for a variable that is unset.
[[nodiscard]] Json env_json(std::span<const EnvEdit> edits);
/// {"verdict","relay","env","rule"}.
[[nodiscard]] Json side_json(const NamedPolicy& named, const analysis::Side& side);
/// "rcpthosts:3"; null where `span` is in no text.
[[nodiscard]] Json place_json(const Sources& sources, Span span);
/// `json` in one line, without a line feed; bytes that are no UTF-8 become U+FFFD, because JSON cannot hold them, and
/// what people cannot see is escaped.
[[nodiscard]] std::string dump_json(const Json& json);
/// The same with a line feed.
[[nodiscard]] std::string format_json(const Json& json);

}  // namespace core
