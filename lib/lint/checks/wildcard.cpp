#include "lint/checks/registry.hpp"

namespace {

/// The address that says what `text` was to say; none when it is not clear.
std::optional<std::string> meant_address(std::string_view text) {
  if (text.find_first_of("*?.") == std::string_view::npos || text == "*" || text == "*.*.*.*") return std::string();
  if (text.front() == '=') text.remove_prefix(1);
  const bool name = text.starts_with("*.") && text.find_first_of("*?", 1) == std::string_view::npos;
  if (name) return "=" + in_lower_case(text.substr(1));
  const std::string_view start = leading_octets(text);
  const std::string_view rest = text.substr(start.size());
  if (rest.find_first_not_of("*.xX") != std::string_view::npos || !start.ends_with('.')) return std::nullopt;
  return parse_octets(start) ? std::optional(std::string(start)) : std::nullopt;
}

void check_wildcard(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.dead_by(DeadKey::wildcard)) {
    const Rule rule = facts.rule(index);
    const std::string_view text = facts.pattern_text(rule);
    auto& finding = report_rule(facts, findings, rule, wildcard.kind,
                                "{} can never match a client: there are no wildcards here, only prefixes");
    const auto meant = meant_address(text);
    if (!meant) {
      finding.help =
          "write a prefix that ends in '.', '=.example.com' for all names below one, or nothing for every client";
      continue;
    }
    if (meant->empty())
      finding.help = "the empty address, ':allow' or ':deny', stands for every client";
    else
      finding.with_help(fmt::format("write '{}'", *meant));
    // letting everybody relay, or trusting a name, is nothing to do on the side
    const bool opens = facts.relays_by(rule) && (meant->empty() || meant->front() == '=');
    if (!opens) finding.with_fix(rule.pattern_span(), *meant);
  }
}

}  // namespace

const core::Check core::checks::wildcard = {
    .kind = {"RR304", "wildcard", Severity::warning},
    .summary = "a wildcard or the word ALL is looked up letter by letter",
    .rationale =
        "tcpserver has no wildcards. '192.168.*' is a key that no client is looked up under, and so are "
        "'*.example.com', 'ALL' and 'any'.\n"
        "A prefix ends in a dot ('192.168.'), all names below a domain are '=.example.com', and the empty address, as "
        "in ':deny', stands for every client.",
    .bad = {"tcp.smtp", "192.168.*:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_wildcard,
};
