// shadowed-rule: a rule all of whose clients are taken by more specific ones. Exact, over the whole address space.
// Only prefixes can be covered so: under a suffix there is always one more name, and under "=" and the empty key as
// well.
#include "base/zeroed_array.hpp"
#include "lint/checks/registry.hpp"
#include "model/axes.hpp"
#include "model/key_index.hpp"

namespace {

/// How many addresses have keys longer than a prefix, for those prefixes that have rules: cheap, and for nearly every
/// file enough to say that no rule is covered.
class LongerKeys {
 public:
  /// Count below this prefix; nothing is below a full address.
  void want(const Prefix& prefix) {
    if (prefix.bits < 32) wanted_.set(node_of(prefix.base, prefix.bits));
  }

  void add(const Prefix& key) {
    for (unsigned bits = 8; bits < key.bits; bits += 8) {
      if (wanted_.is_set(node_of(key.base, bits)))
        found_[bits / 8 - 1].push_back({place_of(key.base, bits), std::uint64_t{1} << (32U - key.bits)});
    }
  }
  /// After the last add(): true when longer keys may cover some prefix at all.
  bool add_up() {
    bool any = false;
    for (unsigned octets = 1; octets <= 3; ++octets) {
      const std::uint64_t needed = std::uint64_t{1} << (32U - octets * 8U);
      auto& found = found_[octets - 1];
      std::sort(found.begin(), found.end());
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i < found.size(); ++i) {
        sum = (i > 0 && found[i - 1].first == found[i].first ? sum : 0) + found[i].second;
        auto& full = full_[octets - 1];
        if (sum >= needed && (full.empty() || full.back() != found[i].first)) full.push_back(found[i].first);
      }
      any = any || !full_[octets - 1].empty();
    }
    return any;
  }
  /// False when longer keys cannot cover all of `prefix`.
  [[nodiscard]] bool may_cover(const Prefix& prefix) const {
    if (prefix.bits == 32) return false;
    const auto& full = full_[prefix.bits / 8U - 1];
    return std::binary_search(full.begin(), full.end(), place_of(prefix.base, prefix.bits));
  }

 private:
  static std::uint32_t place_of(const Address& base, unsigned bits) { return base.ipv4() >> (32U - bits); }
  /// The same, another one for each length.
  static std::uint32_t node_of(const Address& base, unsigned bits) { return 1U << bits | place_of(base, bits); }

  ZeroedBits wanted_{2U << 24};  // by node; those of three octets are 2 MB, which a processor keeps at hand
  // by number of octets
  std::array<std::vector<std::pair<std::uint32_t, std::uint64_t>>, 3> found_;  // prefix and number of addresses
  std::array<std::vector<std::uint32_t>, 3> full_;  // prefixes with as many addresses in longer keys as they have
};

std::vector<std::uint32_t> rules_that_may_be_covered(const PolicyFacts& facts) {
  std::vector<std::uint32_t> shorter;
  for (const std::uint32_t index : facts.nets)
    if (facts.rule(index).info() == 0) shorter.push_back(index);
  // covering takes 256 keys, which at least two rules must give
  if (shorter.empty() || facts.policy.rules.size() < 3) return {};
  LongerKeys longer;
  for (const std::uint32_t index : shorter)
    for_each_octet_prefix(facts.rule(index).pattern(), [&](const Prefix& key) { longer.want(key); });
  for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i) {
    if (facts.octet_key(i) != 0)
      longer.add(prefix_of_octet_key(facts.octet_key(i)));
    else if (facts.rule(i).info() == 0)
      for_each_octet_prefix(facts.rule(i).pattern(), [&](const Prefix& key) { longer.add(key); });
  }
  if (!longer.add_up()) return {};
  std::erase_if(shorter, [&](std::uint32_t index) {
    bool all = true;
    for_each_octet_prefix(facts.rule(index).pattern(), [&](const Prefix& key) { all = all && longer.may_cover(key); });
    return !all;
  });
  return shorter;
}

/// Who decides about the first address of `rule`.
std::uint32_t winner_over(const Axes& axes, const Rule& rule) {
  const auto place = find(axes.addresses.ranges, ranges_of(rule.pattern()).front().first);
  return axes.addresses.best[*place].rule;
}

void report(const PolicyFacts& facts, const Axes& axes, const Rule& rule, Findings& findings) {
  const Rule winner = facts.rule(winner_over(axes, rule));
  report_rule(facts, findings, rule, shadowed_rule.kind,
              "{} decides for no client: more specific rules cover all of its addresses")
      .with_help(fmt::format("for instance {} is decided by {}; delete this rule, or those that cover it",
                             format_address(ranges_of(rule.pattern()).front().first),
                             quoted(facts.pattern_text(winner))))
      .with_related(winner.pattern_span(), "this rule is asked first");
}

void check_shadowed_rule(const PolicyFacts& facts, Findings& findings) {
  const auto suspects = rules_that_may_be_covered(facts);
  if (suspects.empty()) return;
  const Axes axes = cut(facts.policy, {}, std::nullopt);
  std::vector<bool> decides(facts.policy.rules.size());
  for (const Candidate& best : axes.addresses.best)
    if (best.rule != no_rule) decides[best.rule] = true;
  const KeyIndex index(facts.policy);
  for (const std::uint32_t suspect : suspects) {
    if (decides[suspect]) continue;
    // a rule whose key an earlier one has is a duplicate, which is another check's word
    bool owns_key = false;
    for_each_key(facts.policy, facts.rule(suspect),
                 [&](std::string_view key) { owns_key = owns_key || index.find(key) == suspect; });
    if (owns_key) report(facts, axes, facts.rule(suspect), findings);
  }
}

}  // namespace

const core::Check core::checks::shadowed_rule = {
    .kind = {"RR205", "shadowed-rule", Severity::warning},
    .summary = "a rule that decides for no client, because more specific rules cover all of it",
    .rationale =
        "tcpserver asks for the full address first and for shorter prefixes after it. Where longer keys are there for "
        "every address of a prefix, the rule for the prefix is never asked: a deny that everybody believes in may "
        "refuse nobody.\n"
        "This is computed over the whole address space, not by comparing lines. Delete the rule, or the ones that "
        "cover it.",
    .bad = {"tcp.smtp", "10.1.2.:deny\n10.1.2.0-99:allow\n10.1.2.100-255:allow\n:allow\n"},
    .good = {"tcp.smtp", "10.1.2.:deny\n10.1.2.0-99:allow\n:allow\n"},
    .needs = Traits::keys,
    .policy = check_shadowed_rule,
};
