// Clients, effects and rules in words: see clients.hpp.
#include "report/clients.hpp"

#include <vector>

#include "base/finding.hpp"
#include "report/format_shown.hpp"

namespace core {
namespace {

/// How many prefixes or names are spelt out before "and 3 more".
constexpr std::size_t clients_shown = 8;

std::string names_text(const analysis::Names& names) {
  std::string text;
  const auto append = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (names.without) append("without a name");
  if (names.others) append("with a name that no rule is about");
  for (std::size_t i = 0; i < names.patterns.size() && i < clients_shown; ++i)
    append(printable(fmt::format("={}", names.patterns[i])));
  if (names.patterns.size() > clients_shown)
    append(fmt::format("and {} more names", names.patterns.size() - clients_shown));
  return text;
}

/// `count` prefixes are the fewest that say the same as `ranges`.
std::string first_prefixes(const RangeList& ranges, std::size_t count) {
  std::string text;
  for (const Prefix& prefix : prefixes_of(ranges, clients_shown))
    text += (text.empty() ? "" : ", ") + format_prefix(prefix);
  if (count > clients_shown) text += fmt::format(" and {} more", count - clients_shown);
  return text;
}

}  // namespace

analysis::ClientSet clients_of(const analysis::ClientSet& clients, Family family) {
  analysis::ClientSet part = clients;
  RangeList ranges;
  for (const Range& range : clients.ranges)
    if (range.first.family == family) ranges.push_back(range);
  part.ranges = std::move(ranges);
  part.addresses = count_addresses(part.ranges);
  return part;
}

std::string format_rule_place(const NamedPolicy& named, const analysis::Side& side) {
  if (!side.rule) return "nothing matched";
  const Rule rule = named.policy.rules[*side.rule];
  const Source* source = rule.span().size() == 0 ? nullptr : named.sources.find(rule.span().begin);
  if (source == nullptr && !named.sources.reach.may_show(named.name)) return printable(named.name);
  if (source == nullptr) return format_shown("{}, key {}", named.name, core::quoted(format_pattern(rule.pattern())));
  return printable(named.sources.place(rule.span()));
}

std::string format_effect(const analysis::Effect& effect) {
  if (!effect.allowed) return "deny";
  std::string text = effect.relay ? "relay" : "allow";
  for (const EnvEdit& edit : effect.edits) {
    if (edit.unset)
      text += fmt::format(" -{}", edit.name());
    else
      text += fmt::format(" {}=\"{}\"", edit.name(), edit.value());
  }
  const std::string shown = core::quoted(text, 200);
  return shown.substr(1, shown.size() - 2);
}

std::string format_prefixes(const RangeList& ranges) { return first_prefixes(ranges, count_prefixes(ranges)); }

std::string format_prefixes(const analysis::AddressList& ranges) { return first_prefixes(ranges, ranges.prefixes()); }

std::string format_names_and_info(const analysis::ClientSet& clients) {
  std::string text;
  if (!clients.names.any) text = fmt::format("clients {}", names_text(clients.names));
  if (clients.info) text += fmt::format("{}ident says {}", text.empty() ? "" : "; ", core::quoted(*clients.info));
  return text;
}

std::string format_address_count(const AddressCount& count, std::string_view of) {
  return fmt::format("{} {}{}", count.text_with_commas(), of, count == AddressCount(1) ? "" : "es");
}

std::string format_client_count(const analysis::ClientSet& clients) {
  const std::string restrictions = format_names_and_info(clients);
  return format_address_count(clients.addresses) + (restrictions.empty() ? "" : "; ") + restrictions;
}

std::string format_client(const Client& client) {
  std::string text = format_address(client.address);
  if (client.host) text += format_shown(" named {}", *client.host);
  if (client.info) text += fmt::format(" with ident {}", core::quoted(*client.info));
  return text;
}

}  // namespace core
