#include "lint/checks/registry.hpp"
#include "model/key_scheme.hpp"

namespace {

/// The IPv6 address or network that `text` is.
std::optional<Prefix> ipv6_network_of(std::string_view text) {
  const std::string_view bare = text.substr(0, text.find('%'));
  const std::size_t slash = bare.find('/');
  const auto network = parse_prefix(slash == std::string_view::npos ? std::string(bare) + "/128" : std::string(bare));
  return network && network->base.family == Family::ipv6 ? network : std::nullopt;
}

/// What the program calls an IPv6 address or network; empty when that is too much to say.
std::string right_spelling(const KeyScheme& scheme, const Prefix& network) {
  Keys keys;
  if (!scheme.add_ipv6_keys(network, keys) || keys.size() != 1) return {};
  return keys.front();
}

/// IPv4 in its mapped form, which no client has. False when it is none, or the program has no word for it.
bool report_mapped(const PolicyFacts& facts, const Rule& rule, const Prefix& network, Findings& findings) {
  const Address address = unmapped(network.base);
  Keys keys;
  if (address.family != Family::ipv4 || network.bits < 96) return false;
  const Prefix right = make_prefix(address, network.bits - 96U);
  if (right.bits != 32 && !facts.policy.lookup.scheme->add_cidr_key(right, keys)) return false;
  const std::string text = right.bits == 32 ? format_address(address) : format_prefix(right);
  report_rule(facts, findings, rule, dead_key.kind, "{} can never match a client: to {} such a client is {}",
              facts.program.server, quoted(text))
      .with_help(fmt::format("write '{}'", text))
      .with_fix(rule.pattern_span(), text);
  return true;
}

/// An IPv6 address or network that is not written as the program writes it. False when it is none.
bool report_ipv6_spelling(const PolicyFacts& facts, const Rule& rule, Findings& findings) {
  const std::string_view text = facts.pattern_text(rule);
  const auto network = ipv6_network_of(text);
  if (!network) return false;
  if (report_mapped(facts, rule, *network, findings)) return true;
  const std::string right = right_spelling(*facts.policy.lookup.scheme, *network);
  if (right.empty() || right == text) return false;
  report_rule(facts, findings, rule, dead_key.kind, "{} can never match a client: {} asks for {}", facts.program.server,
              quoted(right))
      .with_help(fmt::format("write '{}'", right))
      .with_fix(rule.pattern_span(), right);
  return true;
}

/// What a rule can be about.
std::string_view right_addresses(Ipv6Keys ipv6) {
  switch (ipv6) {
    case Ipv6Keys::compressed:
      return "write '10.1.2.3', '10.1.', '2001:db8::1', '2001:db8:', '=host.example.com', '=.example.com', or nothing "
             "for every client";
    case Ipv6Keys::expanded:
      return "write '10.1.2.3', '10.1.0.0/16', '2001:db8::1', '2001:db8::/32', '=host.example.com', "
             "'=.example.com', or nothing for every client";
    case Ipv6Keys::none: break;
  }
  return "write '10.1.2.3', '10.1.', '=host.example.com', '=.example.com', or nothing for every client";
}

void check_dead_key(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.dead_by(DeadKey::unknown)) {
    const Rule rule = facts.rule(index);
    if (facts.pattern_text(rule).find(':') != std::string_view::npos && report_ipv6_spelling(facts, rule, findings))
      continue;
    report_rule(facts, findings, rule, dead_key.kind,
                "{} can never match a client: it is no address, no prefix and no name that is looked up")
        .with_help(std::string(right_addresses(facts.program.ipv6)));
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
    .policy = check_dead_key,
};
