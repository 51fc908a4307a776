#include "lint/checks/registry.hpp"

namespace {

std::string_view fault_of_name(std::string_view name) {
  if (name.size() > 253) return "it is longer than 253 bytes";
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    if (dot == 0) return "there is nothing between two dots";
    if (dot > 63) return "a part of it is longer than 63 bytes";
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return {};
}

std::string_view name_of(const ClientPattern& pattern) {
  if (const auto* host = std::get_if<HostName>(&pattern)) return host->name;
  const auto* suffix = std::get_if<HostSuffix>(&pattern);
  return suffix == nullptr ? std::string_view() : std::string_view(suffix->suffix).substr(1);
}

void check_not_a_host_name(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.odd_names) {
    const Rule rule = facts.rule(index);
    const std::string_view fault = fault_of_name(name_of(rule.pattern()));
    if (fault.empty()) continue;
    report_rule(facts, findings, rule, not_a_host_name.kind, "{} can never match a client: {}", fault)
        .with_help("write the name as DNS has it");
  }
}

}  // namespace

const core::Check core::checks::not_a_host_name = {
    .kind = {"RR321", "not-a-host-name", Severity::warning},
    .summary = "a name that DNS cannot give to a client",
    .rationale =
        "A part of a name has one to 63 bytes, and a whole name at most 253. A rule for anything else is stored and "
        "never asked: two dots in a row are a slip, and a longer name cannot be in DNS.\n"
        "Write the name as 'host CLIENT-ADDRESS' shows it, in lower case.",
    .bad = {"tcp.smtp", "=mail..example.com:deny\n:allow\n"},
    .good = {"tcp.smtp", "=mail.example.com:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_not_a_host_name,
};
