// Walking down a first-match policy: see covered_rules.hpp. For each daemon it is known which addresses and names are
// taken, and by which rule first; what a rule claims is looked up there, and then taken by it.
#include "lint/covered_rules.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "lint/claims.hpp"
#include "lint/owners.hpp"

namespace core {
namespace {

/// What is taken of one daemon.
struct Taken {
  Owners addresses;
  std::unordered_map<std::string_view, std::uint32_t> hosts;     // by name
  std::unordered_map<std::string_view, std::uint32_t> suffixes;  // by suffix, with its dot
  std::uint32_t all_by = no_rule;                                // the first rule for all clients

  /// The first rule that is about every client whose name is like `pattern`, by name alone.
  [[nodiscard]] std::uint32_t owner_of_name(std::string_view pattern) const {
    std::uint32_t owner = no_rule;
    if (const auto host = hosts.find(pattern); host != hosts.end()) owner = host->second;
    for (std::size_t dot = pattern.find('.'); dot != std::string_view::npos; dot = pattern.find('.', dot + 1))
      if (const auto suffix = suffixes.find(pattern.substr(dot)); suffix != suffixes.end())
        owner = std::min(owner, suffix->second);
    return owner;
  }
};

class Search {
 public:
  explicit Search(const PolicyFacts& facts) : facts_(facts) {}

  std::vector<CoveredRule> run() {
    for (std::uint32_t index = 0; index < facts_.policy.rules.size(); ++index) {
      const Rule rule = facts_.rule(index);
      if (facts_.effect(index) == 0) continue;  // it is about nobody
      const Claim claim = claim_of(facts_.policy, rule);
      const std::vector<Taken*> taken = taken_of(rule);
      if (!claim.is_known || taken.empty()) continue;
      judge(index, claim, taken);
      if (!claim.is_exact || !services_of(facts_.policy, rule).are_exact || may_pass_on(rule)) continue;
      for (Taken* of_service : taken) take(*of_service, claim, index);
    }
    return std::move(found_);
  }

 private:
  /// True when a command says whether the rule decides: whom it refuses is asked about further on.
  [[nodiscard]] bool may_pass_on(const Rule& rule) const {
    const auto options = facts_.policy.options_of(rule);
    return std::any_of(options.begin(), options.end(), [](const RuleOption& option) {
      return option.keyword == "aclexec" && option.has_command_decide();
    });
  }
  /// By daemon of `rule`; for every daemon only what rules for every daemon took. Empty when its daemons cannot be
  /// listed.
  std::vector<Taken*> taken_of(const Rule& rule) {
    const Services services = services_of(facts_.policy, rule);
    if (!services.are_listed) return {};
    if (services.names.empty()) return {&every_service_};
    std::vector<Taken*> taken;
    for (const std::string& name : services.names) taken.push_back(&by_service_[name]);
    return taken;
  }

  static void take(Taken& taken, const Claim& claim, std::uint32_t index) {
    for (const Range& range : claim.ranges) taken.addresses.fill(range, index);
    if (claim.name.starts_with('.'))
      taken.suffixes.emplace(claim.name, index);
    else if (!claim.name.empty())
      taken.hosts.emplace(claim.name, index);
    if (claim.is_for_all()) taken.all_by = std::min(taken.all_by, index);
  }

  void judge(std::uint32_t index, const Claim& claim, const std::vector<Taken*>& taken) {
    CoveredRule covered{index, no_rule, std::nullopt, true, true};
    std::uint32_t all_by = std::min(taken.front()->all_by, every_service_.all_by);
    for (const Taken* of_service : taken) {
      if (!is_taken(*of_service, claim, covered)) return;
      const std::uint32_t here = std::min(of_service->all_by, every_service_.all_by);
      covered.is_below_all = covered.is_below_all && here == all_by && here != no_rule;
    }
    found_.push_back(covered);
  }

  /// True when all that is claimed is taken; then `covered` knows a rule that took some of it with another effect, if
  /// one did.
  bool is_taken(const Taken& taken, const Claim& claim, CoveredRule& covered) const {
    if (!claim.name.empty()) {
      const std::uint32_t owner = std::min(taken.owner_of_name(claim.name), every_service_.owner_of_name(claim.name));
      const std::uint32_t all_by = std::min(taken.all_by, every_service_.all_by);
      if (owner == no_rule && all_by == no_rule)
        return is_range_taken(taken, all_addresses(Family::ipv4), covered) &&
               is_range_taken(taken, all_addresses(Family::ipv6), covered);
      note_rule_above(std::min(owner, all_by), std::nullopt, covered);
      return true;
    }
    return std::all_of(claim.ranges.begin(), claim.ranges.end(),
                       [&](const Range& range) { return is_range_taken(taken, range, covered); });
  }

  bool is_range_taken(const Taken& taken, const Range& range, CoveredRule& covered) const {
    for (std::optional<Address> from = range.first; from && !(range.last < *from);) {
      const Owners::Piece own = taken.addresses.at(*from);
      const Owners::Piece general = every_service_.addresses.at(*from);
      const std::uint32_t owner = std::min(own.owner, general.owner);
      if (owner == no_rule) return false;
      note_rule_above(owner, *from, covered);
      from = successor(std::min(own.last, general.last));
    }
    return true;
  }

  void note_rule_above(std::uint32_t owner, const std::optional<Address>& client, CoveredRule& covered) const {
    const bool is_alike = facts_.effect(owner) == facts_.effect(covered.rule);
    if (covered.above != no_rule && (is_alike || !covered.is_alike)) return;
    covered.above = owner;
    covered.client = client;
    covered.is_alike = is_alike;
  }

  const PolicyFacts& facts_;
  Taken every_service_;
  std::unordered_map<std::string_view, Taken> by_service_;
  std::vector<CoveredRule> found_;
};

}  // namespace

std::vector<CoveredRule> find_covered_rules(const PolicyFacts& facts) {
  if (facts.policy.is_by_key() && !facts.program.first_rule_decides) return {};
  return Search(facts).run();
}

}  // namespace core
