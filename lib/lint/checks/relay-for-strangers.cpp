// relay-for-strangers: a comment says that an address is other people's: a mail provider's, a gateway's, or somebody
// else's tomorrow. Comments are guesses: what is found in them is never more than a reason to look.
#include "base/rule_lines.hpp"
#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"

namespace {

constexpr std::array<std::string_view, 19> provider_words = {
    "google*",   "gmail*",     "yahoo*",   "hotmail*",   "outlook.com", "office365", "office 365",
    "aol",       "icloud*",    "gmx",      "web.de",     "yandex*",     "facebook*", "amazonses",
    "sendgrid*", "mailchimp*", "mailgun*", "sparkpost*", "messagelabs*"};
constexpr std::array<std::string_view, 11> dynamic_words = {
    "dynamic*", "dialup*", "dial-up*", "dial-in*",        "dhcp",           "adsl",
    "dsl",      "pppoe",   "roaming",  "pop before smtp", "pop-before-smtp"};
/// A mail or fax gateway sends for itself: only what hides its clients counts.
constexpr std::array<std::string_view, 10> gateway_words = {
    "load balancer*", "load-balancer*", "loadbalancer*", "haproxy*",        "reverse proxy",
    "proxy*",         "masquerad*",     "nat",           "default gateway", "internet gateway"};

/// One machine, or a few side by side: a comment about more of them tells what stands in front of the network.
bool is_a_host(const ClientPattern& pattern) {
  constexpr std::uint64_t few = 16;
  const std::uint64_t count = count_addresses(pattern);
  return count != 0 && count <= few;
}

struct Kind {
  std::span<const std::string_view> words;
  bool (*is_meant)(const ClientPattern& pattern);
  std::string_view message;  ///< with the address and the word
  std::string_view help;
  Severity severity;
  std::string_view part;  ///< Finding::part
};

constexpr Kind kinds[] = {
    {provider_words, has_public_addresses,
     "{} is said to be a mail provider's ({}): each of its customers may send to any domain through it",
     "write RBLSMTPD=\"\" if its mail is only not to be checked against blocklists", Severity::warning, ""},
    {dynamic_words, has_public_addresses,
     "{} is said to change hands ({}): whoever has such an address today may send to any domain",
     "let people log in to send (SMTP AUTH on port 587), and delete the rule", Severity::note, "RR423"},
    {gateway_words, is_a_host, "{} is said to be a gateway ({}): everybody who comes through it may send to any domain",
     "take RELAYCLIENT off, or make the gateway pass the client's own address on", Severity::warning, "RR414"},
};

constexpr std::size_t most_rules_by_hand = 4096;  // a program writes no comments

/// The comment directly above `rule`, in lower case.
std::string comment_of(const PolicyFacts& facts, const Rule& rule) {
  const Source* source = facts.sources.find(rule.span().begin);
  if (source == nullptr) return {};
  std::string comment;
  for (const std::string_view line : core::comment_above(source->text(), rule.span().begin - source->base()))
    comment += in_lower_case(line);
  return comment;
}

/// True when `text` has `word`, with no letter before it nor behind; a word that ends in '*' may go on.
bool has_word(std::string_view text, std::string_view word) {
  const bool may_go_on = word.ends_with('*');
  if (may_go_on) word.remove_suffix(1);
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_letter(text[at - 1]);
    if (begins && (may_go_on || end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

/// Adds what is said of the rules that relay, by comments that have one of the words of `kind`.
void check_relay_for_strangers(const PolicyFacts& facts, const Kind& kind, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    const Rule rule = facts.rule(index);
    const std::string comment = comment_of(facts, rule);
    const auto word = std::find_if(kind.words.begin(), kind.words.end(),
                                   [&](std::string_view wanted) { return has_word(comment, wanted); });
    if (word == kind.words.end() || !kind.is_meant(rule.pattern())) continue;
    auto& finding = findings.add(
        relay_for_strangers.kind, rule.pattern_span(),
        fmt::format(fmt::runtime(kind.message), quoted(facts.pattern_text(rule)), quoted(trimmed_right(*word, "*"))));
    finding.as_part(kind.part).severity = kind.severity;
    finding.help = kind.help;
  }
}

}  // namespace

const core::Check core::checks::relay_for_strangers = {
    .kind = {"RR424", "relay-for-strangers", Severity::warning},
    .aliases = {{{"RR414", "gateway-relay"}, {"RR423", "dynamic-range"}}},
    .summary = "addresses may relay that a comment says to be other people's",
    .rationale =
        "The comment above the rule names a mail provider with millions of customers. Its servers are listed so that "
        "their mail gets in without being checked against blocklists or delayed; RBLSMTPD=\"\" does that. RELAYCLIENT "
        "lets each customer of the provider send through this server to any domain: he needs only a domain of his own "
        "whose mail he directs here. Write RBLSMTPD=\"\" instead of RELAYCLIENT=\"\".\n"
        "Or it speaks of a load balancer, a proxy or a router with address translation. These show all clients that "
        "come through them under their own address, and whoever can reach them from outside relays. Take RELAYCLIENT "
        "off, or make the gateway pass the client's own address on.\n"
        "Or it speaks of dial-up, DSL or other addresses that a provider gives to one customer after the other. Who "
        "may send to any domain from there is whoever has the address today, and infected machines are among them. "
        "Such rules are what POP before SMTP left behind, or were meant for one person at home. Let people log in to "
        "send (SMTP AUTH on port 587), give them a grant that ends after some minutes (POP before SMTP), or let them "
        "come through a VPN with addresses of yours: CLIENTS THAT MOVE in relayrules-rules(5) tells more. This is a "
        "note.",
    .bad = {"tcp.smtp", "# google\n209.85.128.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "# google\n209.85.128.:allow,RBLSMTPD=\"\"\n:allow\n"},
    .needs = Traits::environment,
    .policy =
        [](const PolicyFacts& facts, Findings& findings) {
          if (facts.relays.size() > most_rules_by_hand) return;
          for (const Kind& kind : kinds) check_relay_for_strangers(facts, kind, findings);
        },
};
