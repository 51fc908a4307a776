// dynamic-range: a comment says that an address changes hands.
#include <fmt/format.h>

#include <string_view>

#include "lint/checks/registry.hpp"
#include "lint/comments.hpp"
#include "lint/exposure.hpp"

namespace core::checks {
namespace {

constexpr std::string_view dynamic_words[] = {"dynamic*",       "dialup*", "dial-up*", "dial-in*", "dhcp",
                                              "adsl",           "dsl",     "pppoe",    "roaming",  "pop before smtp",
                                              "pop-before-smtp"};

void run(const PolicyFacts& facts, Findings& findings) {
  for (const auto& [index, word] : relays_said_to_be(facts, dynamic_words)) {
    const Rule rule = facts.rule(index);
    if (!is_public_net(rule.pattern())) continue;
    findings
        .add(dynamic_range.kind, rule.pattern_span(),
             fmt::format("{} is said to change hands ({}): whoever has such an address today may send to any domain",
                         quoted(facts.pattern_text(rule)), quoted(word)))
        .with_help("let people log in to send, and delete the rule");
  }
}

}  // namespace

const Check dynamic_range = {
    .kind = {"RR423", "dynamic-range", Severity::note},
    .summary = "addresses that change hands may relay",
    .rationale =
        "The comment above the rule speaks of dial-up, DSL or other addresses that a provider gives to one customer "
        "after the other. Who may send to any domain from there is whoever has the address today, and infected "
        "machines are among them. Such rules are what POP before SMTP left behind, or were meant for one person at "
        "home.\n"
        "Let people log in to send (submission with SMTP AUTH), and delete the rule.",
    .bad = {"tcp.smtp", "# dial-up of the branch office\n198.41.0.7:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "# the branch office\n198.41.0.7:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

}  // namespace core::checks
