#include "lint/checks/registry.hpp"

namespace {

/// The number behind the dash, without zeros in front.
std::string_view upper_end(std::string_view text) {
  text.remove_prefix(std::min(text.find('-'), text.size() - 1) + 1);
  text = text.substr(0, std::min(text.find('.'), text.size()));
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  return text;
}

void check_range_above_255(const PolicyFacts& facts, Findings& findings) {
  for (const std::uint32_t index : facts.dead_by(DeadKey::range_above_255))
    report_rule(facts, findings, facts.rule(index), range_above_255.kind,
                "{} stands for no address: both ends of the range are above 255")
        .with_help("write numbers from 0 to 255");
  for (const std::uint32_t index : facts.ranges) {
    const Rule rule = facts.rule(index);
    const auto octets = rule.get_if<OctetRange>();
    if (!octets || octets->high != 255) continue;
    const std::string_view text = facts.pattern_text(rule);
    if (upper_end(text).size() <= 3 && upper_end(text) <= "255") continue;
    report_rule(facts, findings, rule, range_above_255.kind,
                "{} reaches above 255: tcprules cuts it to '{}' without a word", format_pattern(rule.pattern()))
        // no fix: what goes on behind .255 may have been meant as well
        .with_help(fmt::format("write '{}' if that is meant", format_pattern(rule.pattern())));
  }
}

}  // namespace

const core::Check core::checks::range_above_255 = {
    .kind = {"RR312", "range-above-255", Severity::warning},
    .summary = "a range that reaches above 255",
    .rationale =
        "A number of an IPv4 address ends at 255. tcprules cuts a range there without a word: '10.1.1.250-300' is .250 "
        "to .255, and '10.1.1.300-400' is nothing at all. Whoever wrote it had other addresses in mind.\n"
        "Write the range that is meant; what goes on behind .255 is another prefix.",
    .bad = {"tcp.smtp", "10.1.1.250-300:deny\n:allow\n"},
    .good = {"tcp.smtp", "10.1.1.250-255:deny\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_range_above_255,
};
