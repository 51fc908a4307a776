// relay-whole-class: "1." where "10." was meant.
#include <fmt/format.h>

#include "lint/checks/registry.hpp"
#include "lint/exposure.hpp"
#include "lint/repair.hpp"

namespace core::checks {
namespace {

std::string help_for(std::string_view text, bool has_ranges) {
  if (text.starts_with("172"))
    return has_ranges ? "the private addresses there are '172.16-31.'" : "the private network there is '172.16.0.0/12'";
  if (text.starts_with("192")) return "the private addresses there are '192.168.'";
  return text == "1." ? "write '10.' if that is meant" : "write the network that is yours";
}

void run(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.relays) {
    const PublicReach reach = public_reach(facts, index, 256);
    if (!reach.whole_class) continue;
    const Rule rule = facts.rule(index);
    auto& finding = findings.add(relay_whole_class.kind, rule.pattern_span(),
                                 fmt::format("{} lets {} public addresses relay, whoever they belong to",
                                             quoted(facts.pattern_text(rule)), with_commas(reach.addresses)));
    finding.help = help_for(facts.pattern_text(rule), facts.policy.is_by_key());
  }
}

}  // namespace

const Check relay_whole_class = {
    .kind = {"RR403", "relay-whole-class", Severity::warning},
    .summary = "a rule lets all addresses relay that begin with one number",
    .rationale =
        "One number and a dot are sixteen million addresses. '10.' is private and may be yours; '1.', '172.' and "
        "'192.' belong to the world: of 172. only 172.16. to 172.31. is private, of 192. only 192.168.\n"
        "Such a rule is mostly a slip or a prefix that was cut too short. Write the network that is yours.",
    .bad = {"tcp.smtp", "172.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "172.16-31.:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .formats = "tcprules tcprules-extended hosts_access",
    .policy = run,
};

}  // namespace core::checks
