// Servers made at random over a small world: what proofs about all mail are held against.
#pragma once

#include <string>
#include <vector>

#include "model/site.hpp"
#include "unit/small_world.hpp"

namespace core::small_world {

/// One to three policies, each asked in one way, and perhaps a question about the name alone.
inline Site server_about_clients(RuleMaker& maker, std::string& shown) {
  constexpr Subject views[] = {Subject::client, Subject::claimed_client, Subject::libwrap_client};
  Site site;
  Stage stage{"connect", {}};
  for (unsigned i = 1 + maker.pick(3); i > 0; --i) {
    const Lookup lookup = maker.pick(2) == 0 ? first_match : key_order;
    const std::string text = maker.rules(6);
    shown += text + "--\n";
    Policy policy = policy_of(text, lookup);
    if (!policy.is_by_key() && maker.pick(4) == 0) add_exceptions(policy, maker);
    site.policies.push_back(std::move(policy));
    stage.steps.push_back({.subject = views[maker.pick(3)], .table = site.policies.size() - 1, .take = Take::outcome});
  }
  if (maker.pick(3) == 0) stage.steps.push_back({.subject = Subject::nameless});
  site.stages.push_back(std::move(stage));
  return site;
}

/// Senders and recipients of the world: listed ones and such that nobody lists.
inline const std::vector<std::string> mail_addresses = {"<>",      "<u>",     "<u@a>",   "<v@a>",     "<u@b.a>",
                                                        "<v@b.a>", "<u@c>",   "<u@x.c>", "<u@x.b.a>", "<w@z>",
                                                        "<v@z>",   "<w@b.a>", "<w@y.a>"};

inline AddressTable random_table(RuleMaker& maker) {
  static const char* const domains[] = {"a", "b.a", "c", "x.c"};
  static const char* const users[] = {"u", "v"};
  AddressTable table;
  table.order = {AddressKind::whole, AddressKind::domain, AddressKind::below, AddressKind::user, AddressKind::any};
  for (unsigned i = maker.pick(5); i > 0; --i) {
    const std::string domain = domains[maker.pick(4)];
    const std::string user = users[maker.pick(2)];
    const auto access = static_cast<Access>(maker.pick(3));
    const auto relay = maker.pick(2) == 0 ? Relay::grant : Relay::unchanged;
    const std::uint32_t outcome = table.outcome({access, relay, 0, 0});
    switch (maker.pick(8)) {
      case 0: table.add({AddressKind::whole, user + "@" + domain, outcome}); break;
      case 1: table.add({AddressKind::user, user, outcome}); break;
      case 2: table.add({AddressKind::any, "", outcome}); break;
      case 3:
      case 4: table.add({AddressKind::below, "." + domain, outcome}); break;
      default: table.add({AddressKind::domain, domain, outcome});
    }
  }
  return table;
}

/// Steps of every kind about clients, senders and recipients, some of which nobody can tell.
inline Site server_about_mail(RuleMaker& maker, std::string& shown) {
  Site site = server_about_clients(maker, shown);
  DestinationList& list = site.destinations.emplace_back();
  if (maker.pick(2) == 0) list.add({".a", {}});
  if (maker.pick(2) == 0) list.add({"c", {}});
  Stage stage{"recipient", {}, maker.pick(2) == 0 ? Access::deny : Access::allow};
  constexpr Subject subjects[] = {Subject::sender,      Subject::recipient, Subject::destination,
                                  Subject::login,       Subject::nameless,  Subject::unknown,
                                  Subject::forged_name, Subject::relay,     Subject::grant};
  constexpr Access answers[] = {Access::allow, Access::deny, Access::defer, Access::pass};
  for (unsigned i = 1 + maker.pick(5); i > 0; --i) {
    Step step{.subject = subjects[maker.pick(9)], .hit = answers[maker.pick(4)], .miss = Access::pass};
    step.take = static_cast<Take>(maker.pick(3));
    if (step.subject == Subject::unknown) step.text = "what nobody can tell";
    if (maker.pick(4) == 0) step.needs.push_back({Subject::login, maker.pick(2) == 0, {}, {}});
    if (step.subject == Subject::destination) step.table = 0;
    if (step.subject == Subject::sender || step.subject == Subject::recipient) {
      site.addresses.push_back(random_table(maker));
      step.table = site.addresses.size() - 1;
    }
    stage.steps.push_back(std::move(step));
  }
  site.stages.push_back(std::move(stage));
  return site;
}

}  // namespace core::small_world
