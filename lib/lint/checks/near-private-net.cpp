#include "lint/checks/registry.hpp"

namespace {

constexpr std::uint64_t slash_16 = std::uint64_t{16} << 32;  // the least octet key of two numbers and more
constexpr std::array<unsigned, 7> near_168 = {16, 18, 68, 167, 169, 186, 618};

/// What was meant by the first two numbers of an address; empty when they are near to nothing.
std::string meant_net(unsigned first, unsigned second) {
  if (first == 192 && std::find(near_168.begin(), near_168.end(), second) != near_168.end()) return "192.168.";
  if (second == 168 && (first == 129 || first == 191 || first == 193 || first == 19 || first == 92)) return "192.168.";
  if (first != 172 || (second >= 16 && second <= 31)) return {};
  if (second >= 1 && second <= 9) return fmt::format("172.1{0}.' or '172.2{0}.", second);
  const unsigned swapped = second % 10 * 10 + second / 10;
  if (second < 100 && swapped >= 16 && swapped <= 31) return fmt::format("172.{}.", swapped);
  return (second >= 14 && second <= 33) ? "172.16.' to '172.31." : "";
}

/// The one network of two numbers that `rule` lies in, as its first address.
std::optional<Address> first_address(const PolicyFacts& facts, std::uint32_t index) {
  const std::uint64_t key = facts.octet_key(index);
  if (key != 0) return key < slash_16 ? std::nullopt : std::optional(prefix_of_octet_key(key).base);
  const auto addresses = facts.addresses_of(index);
  if (!addresses || addresses->first.family != Family::ipv4) return std::nullopt;
  const bool in_one = addresses->first.ipv4() >> 16 == addresses->last.ipv4() >> 16;
  return in_one ? std::optional(addresses->first) : std::nullopt;
}

void report(const PolicyFacts& facts, std::uint32_t index, const Address& address, Findings& findings) {
  const std::string meant = meant_net(address.bytes[0], address.bytes[1]);
  if (meant.empty()) return;
  const Rule rule = facts.rule(index);
  if (rule.access() != Access::allow) return;
  report_rule(facts, findings, rule, near_private_net.kind, "{} is public, though nearly private: strangers there {}",
              facts.relays_by(rule) ? "may send to any domain" : "are let in")
      .with_help(fmt::format("write '{}' if your own network is meant", meant));
}

/// Only slips that are likelier than the network itself: of the addresses near 192.168. some are universities'.
bool is_likely_slip(const Address& address) {
  return address.bytes[0] == 172 || (address.bytes[0] == 192 && address.bytes[1] == 186);
}

/// Rules that do not relay, in a list of those who may come in.
void report_let_in(const PolicyFacts& facts, Findings& findings) {
  for (std::uint32_t index = 0; index < facts.policy.rules.size(); ++index) {
    if (facts.octet_key(index) < slash_16) continue;
    const Address address = prefix_of_octet_key(facts.octet_key(index)).base;
    if (is_likely_slip(address) && !facts.relays_by(facts.rule(index))) report(facts, index, address, findings);
  }
}

void check_near_private_net(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays)
    if (const auto address = first_address(facts, index)) report(facts, index, *address, findings);
  // behind the rules of hosts.allow stands hosts.deny
  if (!facts.policy.is_by_key() || !facts.lets_strangers_in()) report_let_in(facts, findings);
}

}  // namespace

const core::Check core::checks::near_private_net = {
    .kind = {"RR416", "near-private-net", Severity::warning},
    .summary = "a trusted network that is one slip away from a private one",
    .rationale =
        "Private networks are 10., 172.16. to 172.31. and 192.168.; all around them is public. '192.186.' and "
        "'172.14.' belong to strangers: these relay, or are let in where others are refused, and your own hosts are "
        "not.\n"
        "Write the network that is yours. If it is really this public one, there is nothing to repair.",
    .bad = {"tcp.smtp", "192.186.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "192.168.1.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy = check_near_private_net,
};
