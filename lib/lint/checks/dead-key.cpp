// dead-key: the fall-back for addresses that match nobody for no reason with a check of its own.
#include <fmt/format.h>

#include "lint/check.hpp"

namespace core::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check dead_key;
const Check dead_key = {
    .kind = {"RR318", "dead-key", Severity::warning},
    .summary = "an address that no client can have",
    .rationale =
        "tcpserver looks a client up by its IPv4 address, by prefixes of it that end in a dot, by its name with '=' in "
        "front, and with what ident\n"
        "says and an '@' before a full address or name. This text is none of these: it is stored and never asked "
        "for.\n"
        "Write the address, the prefix or the name that was meant; several addresses need a rule each.\n",
    .bad = {"tcp.smtp", "[10.1.2.3]:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.1.2.3:deny\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

namespace {

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.dead_by(DeadKey::unknown)) {
    const Rule rule = facts.rule(index);
    findings
        .add(dead_key.kind, rule.pattern_span(),
             fmt::format("{} can never match a client: it is no address, no prefix and no name that is looked up",
                         quoted(facts.pattern_text(rule))))
        .with_help("write '10.1.2.3', '10.1.', '=host.example.com', '=.example.com', or nothing for every client");
  }
}

}  // namespace
}  // namespace core::checks
