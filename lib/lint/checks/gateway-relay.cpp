// gateway-relay: a comment says that an address stands for others.
#include <fmt/format.h>

#include <string_view>

#include "lint/checks/registry.hpp"
#include "lint/comments.hpp"

namespace core::checks {
namespace {

/// A mail or fax gateway sends for itself: only what hides its clients counts.
constexpr std::string_view gateway_words[] = {"load balancer*",  "load-balancer*",  "loadbalancer*", "haproxy*",
                                              "reverse proxy",   "proxy*",          "masquerad*",    "nat",
                                              "default gateway", "internet gateway"};

void run(const PolicyFacts& facts, Findings& findings) {
  for (const auto& [index, word] : relays_said_to_be(facts, gateway_words)) {
    const Rule rule = facts.rule(index);
    if (facts.octet_key(index) >> 32 != 32) continue;
    findings
        .add(gateway_relay.kind, rule.pattern_span(),
             fmt::format("{} is said to be a gateway ({}): everybody who comes through it may send to any domain",
                         quoted(facts.pattern_text(rule)), quoted(word)))
        .with_help("take RELAYCLIENT off, or make the gateway pass the client's own address on");
  }
}

}  // namespace

const Check gateway_relay = {
    .kind = {"RR414", "gateway-relay", Severity::warning},
    .summary = "a gateway that hides who connects may relay",
    .rationale =
        "A load balancer, a proxy or a router with address translation shows all clients that come through it under "
        "its own address. A rule that lets this address relay lets everybody relay who can reach it from outside. The "
        "comment above the rule says that it is such a host.\n"
        "Take RELAYCLIENT off, or make the gateway pass the client's own address on.",
    .bad = {"tcp.smtp", "# the load balancer\n192.168.1.5:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "# the load balancer\n192.168.1.5:allow\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

}  // namespace core::checks
