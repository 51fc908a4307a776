// gateway-relay: a comment says that an address stands for others.
#include <fmt/format.h>

#include <array>
#include <string>

#include "base/ascii_case.hpp"
#include "lint/check.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check gateway_relay;
const Check gateway_relay = {
    .kind = {"RR414", "gateway-relay", Severity::warning},
    .summary = "a gateway that hides who connects may relay",
    .rationale =
        "A load balancer, a proxy or a router with address translation shows all clients that come through it under "
        "its own address. A rule that lets this\n"
        "address relay lets everybody relay who can reach it from outside. The comment above the rule says that it is "
        "such a host.\n"
        "Take RELAYCLIENT off, or make the gateway pass the client's own address on.\n",
    .bad = {"tcp.smtp", "# the load balancer\n192.168.1.5:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "# the load balancer\n192.168.1.5:allow\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

namespace {

/// More relay rules than people write come from a program, which writes no comments.
constexpr std::size_t most_by_hand = 4096;

constexpr unsigned most_comment_lines = 8;

/// The comment lines directly above `rule`, in lower case.
std::string comment_above(const PolicyFacts& facts, const Rule& rule) {
  const Source* source = facts.sources.find(rule.span.begin);
  if (source == nullptr) return {};
  std::string comment;
  std::uint32_t at = rule.span.begin;
  for (unsigned lines = 0; at > source->base() && lines < most_comment_lines; ++lines) {
    const std::string_view line = facts.sources.line_around(at - 1);
    if (!line.starts_with('#')) break;
    comment += in_lower_case(line);
    at -= static_cast<std::uint32_t>(line.size()) + 1;
  }
  return comment;
}

/// The word of `comment` that says that a host stands for others; empty when there is none.
std::string_view gateway_word(const std::string& text) {
  static constexpr std::array words = {"load balancer", "load-balancer", "loadbalancer", "haproxy", "reverse proxy",
                                       "proxy",         "gateway",       "masquerad",    "nat"};
  for (const std::string_view word : words) {
    const std::size_t at = text.find(word);
    if (at == std::string::npos || (at > 0 && is_letter(text[at - 1]))) continue;
    // "nat" is also how "native" and "national" begin
    if (word == "nat" && at + 3 < text.size() && is_letter(text[at + 3])) continue;
    return word;
  }
  return {};
}

void run(const PolicyFacts& facts, Findings& findings) {
  if (facts.relays.size() > most_by_hand) return;
  for (const std::uint32_t index : facts.relays) {
    if (facts.octet_keys[index] >> 32 != 32) continue;
    const Rule& rule = facts.rule(index);
    const std::string_view word = gateway_word(comment_above(facts, rule));
    if (word.empty()) continue;
    findings
        .add(gateway_relay.kind, rule.peer_span,
             fmt::format("{} is said to be a gateway ({}): everybody who comes through it may send to any domain",
                         quoted(facts.peer_text(rule)), quoted(word)))
        .with_help("take RELAYCLIENT off, or make the gateway pass the client's own address on");
  }
}

}  // namespace
}  // namespace relayrules::checks
