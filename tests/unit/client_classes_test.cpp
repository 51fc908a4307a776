// Client classes against evaluate, for every client of small worlds: each is in exactly one class, and every table says
// of it what it says of the witness.
#include "analysis/client_classes.hpp"

#include <catch2/catch.hpp>

#include "model/transaction.hpp"
#include "unit/small_servers.hpp"
#include "unit/small_world.hpp"

namespace core::analysis {
namespace {

/// What every step says, each asked by itself.
std::vector<Access> answers(const Site& site, const Client& client, bool verified) {
  std::vector<Access> list;
  for (const Step& step : site.stages.front().steps) {
    Site one;
    one.policies = site.policies;
    one.stages = {{"connect", {step}, Access::pass}};
    list.push_back(evaluate(one, {.client = client, .verified = verified}).access);
  }
  return list;
}

bool is_in(const ClientClass& one, const Client& client, bool verified, const std::vector<std::string>& patterns,
           bool has_unverified) {
  for (const ClientProduct& product : one.products) {
    if (has_unverified && client.host && !product.names.any && product.verified != verified) continue;
    if (small_world::is_in({product.ranges, {}, product.names, {}, {}}, client, patterns)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("every client of a small world is in one class, and fares as its witness does") {
  std::size_t asked = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(60); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    std::string shown;
    const Site site = small_world::server_about_clients(maker, shown);
    CAPTURE(seed, shown);
    const Site* const sites[] = {&site};
    const std::vector<ClientClass> classes = client_classes(sites);
    std::vector<std::string> patterns;
    for (const Policy& policy : site.policies)
      for (const std::string& pattern : small_world::name_patterns(policy)) patterns.push_back(pattern);
    bool has_unverified = false;
    for (const ClientClass& one : classes)
      for (const ClientProduct& product : one.products) has_unverified = has_unverified || !product.verified;
    std::vector<std::vector<Access>> of_witness;
    for (const ClientClass& one : classes) of_witness.push_back(answers(site, one.witness, one.verified));
    const auto check = [&](const Client& client) {
      for (const bool verified : {true, false}) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < classes.size(); ++i)
          if (is_in(classes[i], client, verified, patterns, has_unverified)) found.push_back(i);
        CAPTURE(format_address(client.address), client.host.value_or("-"), verified);
        ++asked;
        REQUIRE(found.size() == 1);
        REQUIRE(answers(site, client, verified) == of_witness[found.front()]);
      }
    };
    small_world::for_each_client(std::nullopt, check, small_world::Size::tiny);
  }
  CHECK(asked == small_world::rounds(60) * 168U);  // six addresses, thirteen names and none, confirmed or not
}

}  // namespace core::analysis
