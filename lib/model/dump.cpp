// Policies as canonical text: see dump.hpp.
#include "model/dump.hpp"

#include "base/finding.hpp"
#include "model/key.hpp"

namespace core {
namespace {

constexpr std::size_t whole = static_cast<std::size_t>(-1);

std::string lookup_name(const Lookup& lookup) {
  if (lookup.by == Lookup::By::first_rule) return "first-match";
  const std::string name = lookup.tie == Lookup::Tie::narrowest ? "narrowest-key" : "key-order";
  return lookup.scheme == &tcpserver_keys ? name : name + " of " + std::string(lookup.scheme->name);
}

struct PatternDumper {
  std::string operator()(const AnyClient&) const { return "any"; }
  std::string operator()(const AnyNamedClient&) const { return "any-named"; }
  std::string operator()(const Prefix& prefix) const { return "prefix " + format_prefix(prefix); }
  std::string operator()(const OctetRange& range) const { return "octets " + format_pattern(range); }
  std::string operator()(const Range& range) const { return "range " + format_pattern(range); }
  std::string operator()(const HostName& host) const { return "host " + quoted(host.name, whole); }
  std::string operator()(const HostSuffix& host) const { return "suffix " + quoted(host.suffix, whole); }
  std::string operator()(const RawKey& raw) const {
    std::string text = "raw " + quoted(raw.text, whole);
    if (!raw.is_range()) return text;
    text += " with " + std::to_string(raw.low) + "-" + std::to_string(raw.high) + " at " +
            std::to_string(raw.hole_begin) + "-" + std::to_string(raw.hole_end);
    return text;
  }
  std::string operator()(const NameClass& name) const { return "names " + format_pattern(name); }
  std::string operator()(const MaskedAddress& net) const { return "masked " + format_pattern(net); }
  std::string operator()(const CidrNetwork& cidr) const { return "network " + format_prefix(cidr.network); }
  std::string operator()(const TextPattern& text) const { return "like " + quoted(text.pattern, whole); }
};

// A list in brackets, with its exceptions inside: EXCEPT nests to the right.
std::string dump_exceptions(const Policy& policy, std::uint32_t index) {
  if (index == 0) return {};
  const ExceptionList& list = policy.exception_lists[index];
  std::string text = " except (";
  for (std::size_t i = 0; i < list.patterns.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::visit(PatternDumper{}, list.patterns[i]);
    if (!list.infos.empty() && list.infos[i] != 0) text += " info " + quoted(*policy.infos[list.infos[i]], whole);
  }
  return text + dump_exceptions(policy, list.exceptions) + ")";
}

std::string dump_daemons(const Policy& policy, const DaemonList& list) {
  std::string text;
  for (std::size_t i = 0; i < list.names.size(); ++i) {
    text += " service " + quoted(list.names[i], whole);
    if (!list.servers.empty() && list.servers[i]) text += " at " + std::visit(PatternDumper{}, *list.servers[i]);
  }
  if (list.exceptions == 0) return text;
  return text + " but (" + dump_daemons(policy, policy.daemon_lists[list.exceptions]) + ")";
}

std::string dump_edit(const EnvEdit& edit) {
  if (edit.unset) return " unset " + quoted(edit.name(), whole);
  return " " + quoted(edit.name(), whole) + "=" + quoted(edit.value(), whole) + (edit.expands ? " expanded" : "");
}

std::string dump_rule(const Policy& policy, const Rule& rule) {
  std::string line = std::string(access_name(rule.access())) + " " + std::visit(PatternDumper{}, rule.pattern());
  if (const auto& info = policy.info_of(rule)) line += " info " + quoted(*info, whole);
  line += dump_exceptions(policy, rule.exceptions());
  line += dump_daemons(policy, policy.daemons_of(rule));
  for (const EnvEdit& edit : policy.edits_of(rule)) line += dump_edit(edit);
  for (const RuleOption& option : policy.options_of(rule))
    line += " option " + option.keyword + " " + quoted(option.value, whole);
  return line + "\n";
}

}  // namespace

std::string dump(const Policy& policy) {
  std::string text = "policy " + lookup_name(policy.lookup) + " otherwise " +
                     std::string(access_name(policy.no_match().access)) + (policy.complete ? "\n" : " incomplete\n");
  for (const Rule rule : policy.rules) text += dump_rule(policy, rule);
  return text;
}

std::string dump(const DestinationList& list) {
  std::string text = "destinations\n";
  for (const Destination& entry : list.entries())
    text += (entry.is_suffix() ? "suffix " : "domain ") + quoted(entry.name, whole) + "\n";
  return text;
}

}  // namespace core
