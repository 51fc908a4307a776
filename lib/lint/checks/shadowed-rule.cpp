// shadowed-rule: a rule all of whose clients are taken by more specific ones. Exact, over the whole address space.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "lint/check.hpp"
#include "model/axes.hpp"
#include "model/key.hpp"
#include "model/key_index.hpp"

namespace relayrules::checks {
namespace {

void run(const PolicyFacts& facts, Findings& findings);

}  // namespace

extern const Check shadowed_rule;
const Check shadowed_rule = {
    .kind = {"RR205", "shadowed-rule", Severity::warning},
    .summary = "a rule that decides for no client, because more specific rules cover all of it",
    .rationale =
        "tcpserver asks for the full address first and for shorter prefixes after it. Where longer keys are there for every\n"
        "address of a prefix, the rule for the prefix is never asked: a deny that everybody believes in may refuse nobody.\n"
        "This is computed over the whole address space, not by comparing lines. Delete the rule, or the ones that cover it.\n",
    .bad = {"tcp.smtp", "10.1.2.:deny\n10.1.2.0-99:allow\n10.1.2.100-255:allow\n:allow\n"},
    .good = {"tcp.smtp", "10.1.2.:deny\n10.1.2.0-99:allow\n:allow\n"},
    .formats = "tcprules tcprules-extended",
    .policy = run,
};

namespace {

/// How many addresses have keys longer than a prefix, for every prefix at once: cheap, and for nearly every file enough to say
/// that no rule is covered.
class LongerKeys {
 public:
  void add(const Prefix& key) {
    const std::uint32_t address = key.base.ipv4();
    const std::uint64_t size = std::uint64_t{1} << (32U - key.bits);
    if (key.bits > 8) in_8_[address >> 24] += size;
    if (key.bits > 16) in_16_[address >> 16] += static_cast<std::uint32_t>(size);
    if (key.bits > 24 && in_24_[address >> 8] < enough) ++in_24_[address >> 8];
  }
  /// False when longer keys cannot cover all of `prefix`.
  [[nodiscard]] bool may_cover(const Prefix& prefix) const {
    const std::uint32_t address = prefix.base.ipv4();
    if (prefix.bits == 8) return in_8_[address >> 24] >= 1U << 24;
    if (prefix.bits == 16) return in_16_[address >> 16] >= 1U << 16;
    return prefix.bits == 24 && in_24_[address >> 8] == enough;
  }

 private:
  static constexpr std::uint8_t enough = 255;  // the counter ends here; 256 are needed
  std::vector<std::uint64_t> in_8_ = std::vector<std::uint64_t>(1U << 8);
  std::vector<std::uint32_t> in_16_ = std::vector<std::uint32_t>(1U << 16);
  std::vector<std::uint8_t> in_24_ = std::vector<std::uint8_t>(1U << 24);
};

/// Calls `visit` with every octet prefix that is a key of `rule`.
template <typename Visit>
void for_each_prefix(const PolicyFacts& facts, const Rule& rule, Visit&& visit) {
  if (const auto* prefix = std::get_if<Prefix>(&rule.peer); prefix != nullptr && prefix->bits % 8 == 0)
    return visit(*prefix);
  if (ranges_of(rule.peer).empty()) return;
  for_each_key(facts.policy, rule, [&](std::string_view key) {
    if (const auto octets = parse_octets(key)) visit(prefix_of(*octets));
  });
}

bool is_shorter_than_address(const Rule& rule) {
  const auto* prefix = std::get_if<Prefix>(&rule.peer);
  const auto* octets = std::get_if<OctetRange>(&rule.peer);
  return rule.info == 0 && ((prefix != nullptr && prefix->base.family == Family::ipv4 && prefix->bits <= 24) ||
                            (octets != nullptr && octets->count < 4));
}

std::vector<std::uint32_t> rules_that_may_be_covered(const PolicyFacts& facts) {
  std::vector<std::uint32_t> shorter;
  for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i)
    if (is_shorter_than_address(facts.rule(i))) shorter.push_back(i);
  // covering takes 256 keys, which at least two rules must give
  if (shorter.empty() || facts.policy.rules.size() < 3) return {};
  LongerKeys longer;
  for (const Rule& rule : facts.policy.rules)
    if (rule.info == 0)
      for_each_prefix(facts, rule, [&](const Prefix& key) {
        if (key.base.family == Family::ipv4) longer.add(key);
      });
  std::erase_if(shorter, [&](std::uint32_t index) {
    bool all = true;
    for_each_prefix(facts, facts.rule(index), [&](const Prefix& key) { all = all && longer.may_cover(key); });
    return !all;
  });
  return shorter;
}

/// The region in which the first address of `rule` lies.
const AddressRegion& first_region(const Axes& axes, const Rule& rule) {
  const Address first = ranges_of(rule.peer).front().first;
  const auto after = std::upper_bound(axes.addresses.begin(), axes.addresses.end(), first,
                                      [](const Address& wanted, const AddressRegion& region) { return wanted < region.range.first; });
  return *(after - 1);
}

void report(const PolicyFacts& facts, const Axes& axes, const Rule& rule, Findings& findings) {
  const AddressRegion& region = first_region(axes, rule);
  const Rule& winner = facts.rule(region.best.rule);
  findings
      .add(shadowed_rule.kind, rule.peer_span,
           fmt::format("{} decides for no client: more specific rules cover all of its addresses", quoted(facts.peer_text(rule))))
      .with_help(fmt::format("for instance {} is decided by {}; delete this rule, or those that cover it",
                             format_address(ranges_of(rule.peer).front().first), quoted(facts.peer_text(winner))))
      .with_related(winner.peer_span, "this rule is asked first");
}

void run(const PolicyFacts& facts, Findings& findings) {
  const auto suspects = rules_that_may_be_covered(facts);
  if (suspects.empty()) return;
  const Axes axes = cut(facts.policy, {}, std::nullopt);
  std::vector<bool> decides(facts.policy.rules.size());
  for (const AddressRegion& region : axes.addresses)
    if (region.best.rule != unclaimed) decides[region.best.rule] = true;
  const KeyIndex index(facts.policy);
  for (const std::uint32_t suspect : suspects) {
    if (decides[suspect]) continue;
    // a rule whose key an earlier one has is a duplicate, which is another check's word
    bool owns_key = false;
    for_each_key(facts.policy, facts.rule(suspect), [&](std::string_view key) { owns_key = owns_key || index.find(key) == suspect; });
    if (owns_key) report(facts, axes, facts.rule(suspect), findings);
  }
}

}  // namespace
}  // namespace relayrules::checks
