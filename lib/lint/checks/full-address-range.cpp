#include "lint/checks/registry.hpp"

namespace {

/// From the first address of the left side to the last one of the right; none when it would run backwards.
std::optional<Range> parse_full_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_octets(text.substr(0, dash));
  const auto last = parse_octets(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  const Range range{prefix_of(*first).first(), prefix_of(*last).last()};
  return range.first <= range.last ? std::optional(range) : std::nullopt;
}

void check_full_address_range(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.dead_by(DeadKey::full_address_range)) {
    const Rule rule = facts.rule(index);
    const std::string_view text = facts.pattern_text(rule);
    auto& finding = report_rule(facts, findings, rule, full_address_range.kind,
                                "{} can never match a client: a range is written within one number");
    const auto range = parse_full_range(text);
    if (!range) {
      finding.help = "write a range as '10.1.2.5-9' or '10.2-3.'";
      continue;
    }
    const auto addresses = octet_addresses(*range);
    finding.help = fmt::format("write {}{}", list_quoted(addresses), addresses.size() > 1 ? ", a rule each" : "");
    fix_address(finding, facts, rule, addresses);
  }
}

}  // namespace

const core::Check core::checks::full_address_range = {
    .kind = {"RR310", "full-address-range", Severity::warning},
    .summary = "a range between two full addresses matches nobody",
    .rationale =
        "A range runs over one number of the address, the one around the '-'. '10.0.0.1-10.0.0.5' becomes "
        "'10.0.0.1.0.0.5' and more of the kind: texts that no client has.\n"
        "Write '10.0.0.1-5'. A range over a border of 256 takes several rules; the repair writes them. Or begin the "
        "file with '# relayrules: extended' and compile it with relayrules, where full ranges are understood.",
    .bad = {"tcp.smtp", "10.0.0.1-10.0.0.5:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .good = {"tcp.smtp", "10.0.0.1-5:allow,RELAYCLIENT=\"\"\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_full_address_range,
};
