// relay-for-strangers: a comment says that an address is a mail provider's.
#include <fmt/format.h>

#include <string_view>

#include "lint/checks/registry.hpp"
#include "lint/comments.hpp"
#include "lint/exposure.hpp"

namespace core::checks {
namespace {

constexpr std::string_view providers[] = {"google*",    "gmail*",     "yahoo*",     "hotmail*",    "outlook.com",
                                          "office365",  "office 365", "aol",        "icloud*",     "gmx",
                                          "web.de",     "yandex*",    "facebook*",  "amazonses",   "sendgrid*",
                                          "mailchimp*", "mailgun*",   "sparkpost*", "messagelabs*"};

void run(const PolicyFacts& facts, Findings& findings) {
  for (const auto& [index, word] : relays_said_to_be(facts, providers)) {
    const Rule rule = facts.rule(index);
    if (!is_public_net(rule.pattern())) continue;
    findings
        .add(
            relay_for_strangers.kind, rule.pattern_span(),
            fmt::format("{} is said to be a mail provider's ({}): each of its customers may send to any domain through "
                        "it",
                        quoted(facts.pattern_text(rule)), quoted(word)))
        .with_help("write RBLSMTPD=\"\" if its mail is only not to be checked against blocklists");
  }
}

}  // namespace

const Check relay_for_strangers = {
    .kind = {"RR424", "relay-for-strangers", Severity::warning},
    .summary = "the outgoing servers of a mail provider may relay",
    .rationale =
        "The comment above the rule names a provider with millions of customers. Its servers are listed so that their "
        "mail gets in without being checked against blocklists or delayed; RBLSMTPD=\"\" does that. RELAYCLIENT lets "
        "each customer of the provider send through this server to any domain: he needs only a domain of his own whose "
        "mail he directs here.\n"
        "Write RBLSMTPD=\"\" instead of RELAYCLIENT=\"\".",
    .bad = {"tcp.smtp", "# google\n209.85.128.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "# google\n209.85.128.:allow,RBLSMTPD=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

}  // namespace core::checks
