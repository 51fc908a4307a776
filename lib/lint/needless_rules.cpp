// Walking up a first-match policy: see needless_rules.hpp. For each daemon it is known which rule below decides first
// for an address or a name, and which effects rules have of which that cannot be said.
#include "lint/needless_rules.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

#include "lint/claims.hpp"
#include "lint/owners.hpp"

namespace core {
namespace {

/// Effects that may decide for clients that are known by something else. Only whether there are others than one is
/// asked.
class EffectSet {
 public:
  void add(std::uint64_t effect) { effects_.insert(effect); }
  [[nodiscard]] bool has_other_than(std::uint64_t effect) const {
    return effects_.size() > 1 || (effects_.size() == 1 && *effects_.begin() != effect);
  }

 private:
  std::set<std::uint64_t> effects_;
};

/// What the rules below say for one daemon.
struct Below {
  Owners addresses;
  EffectSet of_addresses;
  std::unordered_map<std::string_view, std::uint32_t> names;  // hosts and suffixes, the uppermost rule of each
  EffectSet of_names;
  std::uint32_t all_by = no_rule;  // the uppermost rule for all clients
  EffectSet unclear;
};

class NeedlessSearch {
 public:
  explicit NeedlessSearch(const PolicyFacts& facts) : facts_(facts) {}

  std::vector<NeedlessRule> run(const std::vector<bool>& is_gone) {
    for (auto index = static_cast<std::uint32_t>(facts_.policy.rules.size()); index-- > 0;) {
      if (facts_.effect(index) == 0 || is_gone[index]) continue;
      const Claim claim = claim_of(facts_.policy, facts_.rule(index));
      const Services services = services_of(facts_.policy, facts_.rule(index));
      const std::vector<Below*> below = below_of(services);
      if (!below.empty() && claim.is_known) judge(index, claim, below);
      put(index, claim, services, below);
    }
    std::reverse(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  /// Options run commands and more: a rule that has some does what no other does.
  [[nodiscard]] std::uint64_t effect(std::uint32_t index) const {
    const bool is_alone = !facts_.policy.options_of(facts_.rule(index)).empty();
    return is_alone ? (std::uint64_t{1} << 32) + index : facts_.effect(index);
  }

  /// By daemon; empty when they cannot be listed.
  std::vector<Below*> below_of(const Services& services) {
    if (!services.are_listed) return {};
    if (services.names.empty()) return {&every_service_};
    std::vector<Below*> below;
    for (const std::string& name : services.names) below.push_back(&by_service_[name]);
    return below;
  }

  void judge(std::uint32_t index, const Claim& claim, const std::vector<Below*>& below) {
    const std::uint64_t wanted = effect(index);
    // what rules for single daemons say counts for a rule for all of them
    if (below.front() == &every_service_ && of_single_services_.has_other_than(wanted)) return;
    std::uint32_t instead = no_rule;
    for (const Below* service : below) {
      if (service->unclear.has_other_than(wanted) || every_service_.unclear.has_other_than(wanted)) return;
      const bool is_alike = claim.name.empty() ? addresses_alike(*service, claim, wanted, instead)
                                               : name_alike(*service, claim.name, wanted, instead);
      if (!is_alike) return;
    }
    found_.push_back({index, instead});
  }

  bool addresses_alike(const Below& service, const Claim& claim, std::uint64_t wanted, std::uint32_t& instead) const {
    if (service.of_names.has_other_than(wanted) || every_service_.of_names.has_other_than(wanted)) return false;
    return std::all_of(claim.ranges.begin(), claim.ranges.end(), [&](const Range& range) {
      for (std::optional<Address> from = range.first; from && !(range.last < *from);) {
        const Owners::Piece own = service.addresses.at(*from);
        const Owners::Piece general = every_service_.addresses.at(*from);
        const std::uint32_t rule = std::min(own.owner, general.owner);
        if (rule == no_rule || effect(rule) != wanted) return false;
        if (instead == no_rule) instead = rule;
        from = successor(std::min(own.last, general.last));
      }
      return true;
    });
  }

  /// The client may have any address.
  bool name_alike(const Below& service, std::string_view name, std::uint64_t wanted, std::uint32_t& instead) const {
    if (service.of_addresses.has_other_than(wanted) || every_service_.of_addresses.has_other_than(wanted)) return false;
    // of a suffix, some hosts may be decided for by a rule of their own
    const bool is_one_host = !name.starts_with('.');
    const bool mixed = service.of_names.has_other_than(wanted) || every_service_.of_names.has_other_than(wanted);
    if (mixed && !is_one_host) return false;
    const std::uint32_t rule = std::min(
        {first_for_name(service, name), first_for_name(every_service_, name), service.all_by, every_service_.all_by});
    if (rule == no_rule || effect(rule) != wanted) return false;
    if (instead == no_rule) instead = rule;
    return true;
  }

  [[nodiscard]] static std::uint32_t first_for_name(const Below& service, std::string_view name) {
    std::uint32_t first = no_rule;
    const auto look = [&](std::string_view pattern) {
      if (const auto found = service.names.find(pattern); found != service.names.end())
        first = std::min(first, found->second);
    };
    look(name);
    for (std::size_t dot = name.find('.', 1); dot != std::string_view::npos; dot = name.find('.', dot + 1))
      look(name.substr(dot));
    return first;
  }

  void put(std::uint32_t index, const Claim& claim, const Services& services, const std::vector<Below*>& below) {
    const std::uint64_t own = effect(index);
    if (!services.names.empty() || !services.are_exact) of_single_services_.add(own);
    if (below.empty()) return every_service_.unclear.add(own);
    for (Below* service : below) {
      if (!claim.is_exact || !services.are_exact) {
        service->unclear.add(own);
      } else if (claim.name.empty()) {
        for (const Range& range : claim.ranges) service->addresses.put(range, index);
        service->of_addresses.add(own);
        if (claim.is_for_all()) service->all_by = index;
      } else {
        service->names[claim.name] = index;
        service->of_names.add(own);
      }
    }
  }

  const PolicyFacts& facts_;
  Below every_service_;
  std::unordered_map<std::string_view, Below> by_service_;
  EffectSet of_single_services_;
  std::vector<NeedlessRule> found_;
};

}  // namespace

std::vector<NeedlessRule> find_needless_rules(const PolicyFacts& facts, const std::vector<bool>& is_gone) {
  if (facts.policy.is_by_key()) return {};
  return NeedlessSearch(facts).run(is_gone);
}

}  // namespace core
