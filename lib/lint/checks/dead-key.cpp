#include "lint/checks/registry.hpp"
#include "model/key_scheme.hpp"

namespace {

/// What the program calls the IPv6 address or network `text`; empty when that is none, or too much to say.
std::string right_spelling(const KeyScheme& scheme, std::string_view text) {
  const std::string_view bare = text.substr(0, text.find('%'));
  const std::size_t slash = bare.find('/');
  const auto network = parse_prefix(slash == std::string_view::npos ? std::string(bare) + "/128" : std::string(bare));
  Keys keys;
  if (!network || network->base.family != Family::ipv6 || !scheme.add_ipv6_keys(*network, keys) || keys.size() != 1)
    return {};
  return keys.front();
}

/// An IPv6 address or network that is not written as the program writes it. False when it is none.
bool report_ipv6_spelling(const PolicyFacts& facts, const Rule& rule, Findings& findings) {
  const std::string_view text = facts.pattern_text(rule);
  const std::string right = right_spelling(*facts.policy.lookup.scheme, text);
  if (right.empty() || right == text) return false;
  report_rule(facts, findings, rule, dead_key.kind, "{} can never match a client: {} asks for {}", facts.program.server,
              quoted(right))
      .with_help(fmt::format("write '{}'", right))
      .with_fix(rule.pattern_span(), right);
  return true;
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.dead_by(DeadKey::unknown)) {
    const Rule rule = facts.rule(index);
    if (facts.pattern_text(rule).find(':') != std::string_view::npos && report_ipv6_spelling(facts, rule, findings))
      continue;
    report_rule(facts, findings, rule, dead_key.kind,
                "{} can never match a client: it is no address, no prefix and no name that is looked up")
        .with_help("write '10.1.2.3', '10.1.', '=host.example.com', '=.example.com', or nothing for every client");
  }
}

}  // namespace

const core::Check core::checks::dead_key = {
    .kind = {"RR318", "dead-key", Severity::warning},
    .summary = "an address that no client can have",
    .rationale =
        "tcpserver looks a client up by its IPv4 address, by prefixes of it that end in a dot, by its name with '=' in "
        "front, and with what ident says and an '@' before a full address or name. This text is none of these: it is "
        "stored and never asked for.\n"
        "Write the address, the prefix or the name that was meant; several addresses need a rule each.",
    .bad = {"tcp.smtp", "[10.1.2.3]:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.1.2.3:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy = run,
};
