// Walking down a first-match policy: see conflicts.hpp. For each daemon it is known which addresses and names are
// taken, and by which rule first; what a rule claims is looked up there, and then taken by it.
#include "lint/conflicts.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "model/matched.hpp"
#include "model/space.hpp"

namespace core {
namespace {

/// Part of the address space that one rule got first, or nobody.
struct Piece {
  Address last;
  std::uint32_t owner = no_rule;
};

/// Addresses and the rule that got them first.
class FirstOwners {
 public:
  /// The piece in which `address` lies, from there to its end.
  [[nodiscard]] Piece at(const Address& address) const {
    const auto after = pieces_.upper_bound(address);
    if (after != pieces_.begin() && !(std::prev(after)->second.last < address)) return std::prev(after)->second;
    const bool ends = after == pieces_.end() || after->first.family != address.family;
    return {ends ? all_addresses(address.family).last : *predecessor(after->first), no_rule};
  }
  /// Gives what nobody has of `range` to `owner`.
  void add(const Range& range, std::uint32_t owner) {
    for (std::optional<Address> from = range.first; from && !(range.last < *from);) {
      const Piece piece = at(*from);
      const Address last = std::min(piece.last, range.last);
      if (piece.owner == no_rule) pieces_[*from] = {last, owner};
      from = successor(last);
    }
  }

 private:
  std::map<Address, Piece> pieces_;  // by first address, not overlapping
};

/// What is taken of one daemon.
struct Taken {
  FirstOwners addresses;
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

/// What a rule claims, as far as it can be said in addresses and names.
struct Claim {
  std::vector<Range> ranges;
  std::string_view name;  ///< a host or a suffix; empty when the rule is about addresses
  bool is_known = false;  ///< false: nobody can say here which clients it is about
  bool is_exact = false;  ///< it is about all of these clients, not only about some
};

Claim claim_of(const Policy& policy, const Rule& rule) {
  Claim claim;
  if (const auto host = rule.get_if<HostName>()) claim.name = host->name;
  if (const auto suffix = rule.get_if<HostSuffix>()) claim.name = suffix->suffix;
  claim.ranges = matched(rule.pattern(), matches_everybody);
  claim.is_known = !claim.name.empty() || !claim.ranges.empty();
  claim.is_exact = claim.is_known && rule.info() == 0 && rule.exceptions() == 0;
  if (rule.exceptions() == 0 || !claim.name.empty()) return claim;
  if (!has_address_exceptions(policy, rule)) return claim;
  claim.is_exact = claim.is_known && rule.info() == 0;
  claim.ranges = matched(policy, rule, matches_everybody);
  claim.is_known = !claim.ranges.empty();
  return claim;
}

bool is_plain_word(std::string_view word) {
  return !word.empty() && word.find_first_of("*?") == std::string_view::npos && word.front() != '.' &&
         word.back() != '.' && word != "all" && word != "known";
}

class Search {
 public:
  explicit Search(const PolicyFacts& facts) : facts_(facts) {}

  std::vector<Conflict> run() {
    for (std::uint32_t index = 0; index < facts_.policy.rules.size(); ++index) {
      const Rule rule = facts_.rule(index);
      if (facts_.effect(index) == 0) continue;  // it is about nobody
      const Claim claim = claim_of(facts_.policy, rule);
      const std::vector<Taken*> taken = taken_of(rule);
      if (!claim.is_known || taken.empty()) continue;
      judge(index, claim, taken);
      if (!claim.is_exact || !says_services(rule)) continue;
      for (Taken* of_service : taken) take(*of_service, claim, index);
    }
    return std::move(found_);
  }

 private:
  /// True when the rule is about exactly the daemons that it names, or about all.
  [[nodiscard]] bool says_services(const Rule& rule) const {
    const DaemonList& list = facts_.policy.daemons_of(rule);
    return list.exceptions == 0 && list.servers.empty();
  }
  /// By daemon of `rule`; for every daemon only what rules for every daemon took. Empty when its daemons cannot be
  /// listed.
  std::vector<Taken*> taken_of(const Rule& rule) {
    const DaemonList& list = facts_.policy.daemons_of(rule);
    if (list.names.empty()) return {&every_service_};
    std::vector<Taken*> taken;
    for (const std::string& name : list.names) {
      if (!is_plain_word(name)) return {};
      taken.push_back(&by_service_[name]);
    }
    return taken;
  }

  static void take(Taken& taken, const Claim& claim, std::uint32_t index) {
    for (const Range& range : claim.ranges) taken.addresses.add(range, index);
    if (claim.name.starts_with('.'))
      taken.suffixes.emplace(claim.name, index);
    else if (!claim.name.empty())
      taken.hosts.emplace(claim.name, index);
    const bool is_all = claim.ranges.size() == 2 && claim.ranges[0] == all_addresses(Family::ipv4) &&
                        claim.ranges[1] == all_addresses(Family::ipv6);
    if (is_all) taken.all_by = std::min(taken.all_by, index);
  }

  void judge(std::uint32_t index, const Claim& claim, const std::vector<Taken*>& taken) {
    Conflict conflict{index, no_rule, std::nullopt, true};
    std::uint32_t all_by = std::min(taken.front()->all_by, every_service_.all_by);
    for (const Taken* of_service : taken) {
      if (!is_taken(*of_service, claim, conflict)) return;
      const std::uint32_t here = std::min(of_service->all_by, every_service_.all_by);
      conflict.is_below_all = conflict.is_below_all && here == all_by && here != no_rule;
    }
    if (conflict.above != no_rule) found_.push_back(conflict);
  }

  /// True when all that is claimed is taken; then `conflict` knows a rule that took some of it with another effect, if
  /// one did.
  bool is_taken(const Taken& taken, const Claim& claim, Conflict& conflict) const {
    if (!claim.name.empty()) {
      const std::uint32_t owner = std::min(taken.owner_of_name(claim.name), every_service_.owner_of_name(claim.name));
      const std::uint32_t all_by = std::min(taken.all_by, every_service_.all_by);
      if (owner == no_rule && all_by == no_rule)
        return is_range_taken(taken, all_addresses(Family::ipv4), conflict) &&
               is_range_taken(taken, all_addresses(Family::ipv6), conflict);
      note_rule_above(std::min(owner, all_by), std::nullopt, conflict);
      return true;
    }
    return std::all_of(claim.ranges.begin(), claim.ranges.end(),
                       [&](const Range& range) { return is_range_taken(taken, range, conflict); });
  }

  bool is_range_taken(const Taken& taken, const Range& range, Conflict& conflict) const {
    for (std::optional<Address> from = range.first; from && !(range.last < *from);) {
      const Piece own = taken.addresses.at(*from);
      const Piece general = every_service_.addresses.at(*from);
      const std::uint32_t owner = std::min(own.owner, general.owner);
      if (owner == no_rule) return false;
      note_rule_above(owner, *from, conflict);
      from = successor(std::min(own.last, general.last));
    }
    return true;
  }

  void note_rule_above(std::uint32_t owner, const std::optional<Address>& client, Conflict& conflict) const {
    if (conflict.above != no_rule || facts_.effect(owner) == facts_.effect(conflict.rule)) return;
    conflict.above = owner;
    conflict.client = client;
  }

  const PolicyFacts& facts_;
  Taken every_service_;
  std::unordered_map<std::string_view, Taken> by_service_;
  std::vector<Conflict> found_;
};

}  // namespace

std::vector<Conflict> find_conflicts(const PolicyFacts& facts) {
  if (facts.policy.is_by_key()) return {};
  return Search(facts).run();
}

}  // namespace core
