// shadowed-rule: a rule all of whose clients are taken by more specific ones. Exact, over the whole address space.
// Only prefixes can be covered so: under a suffix there is always one more name, and under "=" and the empty key as
// well.
#include "base/zeroed_array.hpp"
#include "lint/checks/registry.hpp"
#include "model/axes.hpp"
#include "model/key_index.hpp"

namespace {

/// How many addresses have keys longer than a prefix of one or two octets, and how many begin with the same two octets
/// as one of three: cheap, and for nearly every file enough to say that no rule is covered.
class LongerKeys {
 public:
  void add(const Prefix& key) {
    const std::uint64_t size = std::uint64_t{1} << (32U - key.bits);
    if (key.bits > 8) below_one_[key.base.bytes[0]] += size;
    if (key.bits <= 16) return;
    BelowTwo& below = below_two_[key.base.ipv4() >> 16];
    below.addresses += size;
    if (key.bits == 32) ++below.full_keys;
  }
  /// False when longer keys cannot cover all of `prefix`.
  [[nodiscard]] bool may_cover(const Prefix& prefix) const {
    if (prefix.bits == 8) return below_one_[prefix.base.bytes[0]] >= 1U << 24;
    const BelowTwo& below = below_two_[prefix.base.ipv4() >> 16];
    return prefix.bits == 16 ? below.addresses >= 1U << 16 : prefix.bits == 24 && below.full_keys >= 1U << 8;
  }

 private:
  struct BelowTwo {
    std::uint64_t addresses;
    std::uint64_t full_keys;
  };
  std::array<std::uint64_t, 256> below_one_{};
  ZeroedArray<BelowTwo> below_two_{1U << 16};
};

/// Full addresses below those prefixes of three octets that are asked about.
class FullKeysBelow {
 public:
  void ask(const Prefix& prefix) {
    if (prefix.bits == 24) asked_.set(prefix.base.ipv4() >> 8);
  }
  void add(const Prefix& key) {
    if (key.bits == 32 && asked_.is_set(key.base.ipv4() >> 8)) found_.push_back(key.base.ipv4() >> 8);
  }
  void add_up() { std::sort(found_.begin(), found_.end()); }
  [[nodiscard]] bool may_cover(const Prefix& prefix) const {
    const auto [first, last] = std::equal_range(found_.begin(), found_.end(), prefix.base.ipv4() >> 8);
    return prefix.bits != 24 || last - first >= 256;
  }

 private:
  ZeroedBits asked_{1U << 24};
  std::vector<std::uint32_t> found_;
};

template <typename Visit>
void for_each_octet_key(const PolicyFacts& facts, Visit&& visit) {
  for (std::uint32_t i = 0; i < facts.policy.rules.size(); ++i) {
    if (facts.octet_key(i) != 0)
      visit(prefix_of_octet_key(facts.octet_key(i)));
    else if (facts.rule(i).info() == 0)
      for_each_octet_prefix(facts.rule(i).pattern(), visit);
  }
}

/// Keeps the rules of `suspects` of which each key may be covered.
template <typename Keys>
void keep_coverable(const PolicyFacts& facts, const Keys& keys, std::vector<std::uint32_t>& suspects) {
  std::erase_if(suspects, [&](std::uint32_t index) {
    bool all = true;
    for_each_octet_prefix(facts.rule(index).pattern(), [&](const Prefix& key) { all = all && keys.may_cover(key); });
    return !all;
  });
}

std::vector<std::uint32_t> rules_that_may_be_covered(const PolicyFacts& facts) {
  std::vector<std::uint32_t> suspects;
  for (const std::uint32_t index : facts.nets)
    if (facts.rule(index).info() == 0) suspects.push_back(index);
  // covering takes 256 keys, which at least two rules must give
  if (suspects.empty() || facts.policy.rules.size() < 3) return {};
  LongerKeys longer;
  for_each_octet_key(facts, [&](const Prefix& key) { longer.add(key); });
  keep_coverable(facts, longer, suspects);
  if (suspects.empty()) return {};
  FullKeysBelow full_keys;
  for (const std::uint32_t index : suspects)
    for_each_octet_prefix(facts.rule(index).pattern(), [&](const Prefix& key) { full_keys.ask(key); });
  for_each_octet_key(facts, [&](const Prefix& key) { full_keys.add(key); });
  full_keys.add_up();
  keep_coverable(facts, full_keys, suspects);
  return suspects;
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
  auto suspects = rules_that_may_be_covered(facts);
  if (suspects.empty()) return;
  const Axes axes = cut(facts.policy, {}, std::nullopt);
  std::vector<bool> decides(facts.policy.rules.size());
  for (const Candidate& best : axes.addresses.best)
    if (best.rule != no_rule) decides[best.rule] = true;
  std::erase_if(suspects, [&](std::uint32_t suspect) { return decides[suspect]; });
  if (suspects.empty()) return;
  const KeyIndex index(facts.policy);
  for (const std::uint32_t suspect : suspects) {
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
