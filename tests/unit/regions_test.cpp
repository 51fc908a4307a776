// decided_regions: every client of a small world is in exactly one region, and is decided as the region says.
#include <catch2/catch.hpp>

#include "analysis/regions.hpp"
#include "model/name_pattern.hpp"
#include "small_world.hpp"
#include "unit/policies.hpp"

namespace core {
namespace {

using analysis::DecidedRegion;

/// A region for the client's info goes before those for none.
std::vector<const DecidedRegion*> regions_of(const Client& client, const std::vector<DecidedRegion>& regions,
                                             const std::vector<std::string>& patterns,
                                             const std::vector<std::string>& info_patterns) {
  std::vector<const DecidedRegion*> special;
  std::vector<const DecidedRegion*> plain;
  for (const DecidedRegion& region : regions) {
    const auto& info = region.clients.info;
    if (info && info == client.info && small_world::is_in(region.clients, client, info_patterns))
      special.push_back(&region);
    if (!info && small_world::is_in(region.clients, client, patterns)) plain.push_back(&region);
  }
  return special.empty() ? plain : special;
}

void check_client(const Policy& policy, const Client& client, const std::vector<const DecidedRegion*>& found,
                  bool by_rule) {
  if (found.size() != 1)
    FAIL(format_address(client.address) << " named " << client.host.value_or("-") << " is in " << found.size());
  const Decision decision = evaluate(policy, client);
  const analysis::Side& side = found.front()->decision;
  if (by_rule && side.rule != decision.rule) FAIL(format_address(client.address) << " is decided by another rule");
  const analysis::Effects effects(std::array{&policy});
  const analysis::Effect& wanted = effects.effect(effects.number_of(decision));
  bool same = wanted.allowed == side.effect.allowed && wanted.relay == side.effect.relay &&
              wanted.edits.size() == side.effect.edits.size();
  for (std::size_t i = 0; same && i < wanted.edits.size(); ++i)
    same = wanted.edits[i].same_effect(side.effect.edits[i]);
  if (!same) FAIL(format_address(client.address) << " has another effect than its region");
}

void check_all(const Policy& policy, std::size_t affordable, small_world::Size size) {
  const auto regions = analysis::decided_regions(analysis::partition(policy, {}), affordable);
  std::vector<std::optional<std::string>> infos = {std::nullopt};
  infos.insert(infos.end(), small_world::infos.begin(), small_world::infos.end());
  const auto patterns = small_world::name_patterns(policy);
  for (const auto& info : infos) {
    const auto info_patterns = small_world::name_patterns(policy, info);
    small_world::for_each_client(
        info,
        [&](const Client& client) {
          check_client(policy, client, regions_of(client, regions, patterns, info_patterns), affordable != 0);
        },
        size);
  }
}

AddressCount everybody() {
  AddressCount count;
  count.add(Prefix{Address{Family::ipv4, {}}, 0});
  count.add(Prefix{Address{Family::ipv6, {}}, 0});
  return count;
}

/// The addresses of all regions for clients without a name, which must be every address once.
AddressCount count_without_name(const std::vector<DecidedRegion>& regions) {
  AddressCount count;
  for (const DecidedRegion& region : regions)
    if (!region.clients.info && (region.clients.names.any || region.clients.names.without))
      count.add(region.clients.addresses);
  return count;
}

}  // namespace

TEST_CASE("every client is in exactly one region, and its decision is the region's") {
  const Lookup lookups[] = {small_world::key_order, small_world::first_match, small_world::narrowest_key};
  for (std::uint32_t seed = 1; seed <= small_world::rounds(4000); ++seed) {
    const auto size = seed % 20 == 0 ? small_world::Size::small : small_world::Size::tiny;
    const std::string text = small_world::RuleMaker(seed, size).rules(7);
    CAPTURE(seed, text);
    const Policy policy = small_world::policy_of(text, lookups[seed % 3]);
    check_all(policy, seed % 2 == 0 ? 0 : analysis::affordable_listing, size);
    if (count_without_name(analysis::decided_regions(analysis::partition(policy, {}))) != everybody())
      FAIL("the regions are not every address once");
  }
}

TEST_CASE("with exceptions, too, every client is in exactly one region") {
  for (std::uint32_t seed = 1; seed <= small_world::rounds(1500); ++seed) {
    const auto size = seed % 20 == 0 ? small_world::Size::small : small_world::Size::tiny;
    small_world::RuleMaker maker(seed, size);
    const std::string text = maker.rules(6);
    CAPTURE(seed, text);
    Policy policy = small_world::policy_of(text, small_world::first_match);
    small_world::add_exceptions(policy, maker);
    REQUIRE_FALSE(find_uncuttable(policy));
    check_all(policy, analysis::affordable_listing, size);
  }
}

TEST_CASE("regions of a policy without rules are everybody") {
  Policy policy;
  const auto regions = analysis::decided_regions(analysis::partition(policy, {}));
  REQUIRE(regions.size() == 1);
  CHECK(regions.front().clients.names.any);
  CHECK(regions.front().clients.addresses == everybody());
  CHECK_FALSE(regions.front().decision.rule.has_value());
}

TEST_CASE("an exception about names holds for these names, one of addresses for these addresses") {
  Policy policy = small_world::policy_of("10.:deny\n", small_world::first_match);
  const std::uint32_t exceptions = policy.add_exceptions({{HostSuffix{".a"}, *parse_prefix("10.1.0.0/16")}, {}, {}, 0});
  policy = changed(policy, [&](NewRule& rule, std::uint32_t) {
    rule.condition.exceptions = exceptions;
    return true;
  });
  const auto regions = analysis::decided_regions(analysis::partition(policy, {}));
  REQUIRE(regions.size() == 3);
  CHECK(regions[0].clients.names.any == false);
  CHECK_FALSE(regions[0].decision.rule.has_value());
  CHECK(regions[2].decision.rule == 0);
  CHECK(regions[2].clients.addresses.text() == "16711680");
  CHECK(regions[2].clients.names.without);
  CHECK(regions[2].clients.names.others);
  CHECK(regions[2].clients.names.patterns.empty());
}

}  // namespace core
