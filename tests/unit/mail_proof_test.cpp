// Proofs about all mail against asking for each: test and diff of whole servers, over small worlds.
#include <catch2/catch.hpp>

#include "analysis/expectations.hpp"
#include "analysis/mail_diff.hpp"
#include "model/recipient.hpp"
#include "unit/small_servers.hpp"

namespace core::analysis {
namespace {

/// Calls `visit` with every mail of the world.
template <typename Visit>
void for_each_mail(Visit&& visit) {
  small_world::for_each_client(
      std::nullopt,
      [&](const Client& client) {
        for (const bool verified : {true, false})
          for (const bool logged_in : {true, false})
            for (const std::string& sender : small_world::mail_addresses)
              for (const std::string& recipient : small_world::mail_addresses) {
                Transaction mail{.client = client, .verified = verified, .logged_in = logged_in};
                mail.sender = sender;
                mail.recipient = recipient;
                visit(mail);
              }
      },
      small_world::Size::tiny);
}

MailOutcome outcome_for(const Site& site, const Transaction& mail) {
  return outcome_of(CellDecision{evaluate(site, mail).access, {}});
}

bool is_meant(const AddressQuery& query, const MailAddress& address) {
  switch (query.kind) {
    case WantedAddress::any: return true;
    case WantedAddress::whole: return address.text() == query.text;
    case WantedAddress::domain: return address.domain == query.text;
    case WantedAddress::below: return address.domain && address.domain->ends_with(query.text);
    default: return false;
  }
}

bool is_meant(const Site& site, const MailQuery& query, const Transaction& mail) {
  const auto covers = [&](const Range& range) { return range.covers(mail.client.address); };
  const bool is_there = std::any_of(query.clients.addresses.begin(), query.clients.addresses.end(), covers);
  return is_there && mail.logged_in == query.circumstances.front().logged_in &&
         is_meant(query.sender, read_sender(site, mail.sender).address) &&
         is_meant(query.recipient, read_recipient(site, mail.recipient).address);
}

AddressQuery random_addresses(small_world::RuleMaker& maker) {
  switch (maker.pick(5)) {
    case 0: return {WantedAddress::whole, maker.pick(2) == 0 ? "u@b.a" : "w@z"};
    case 1: return {WantedAddress::domain, maker.pick(2) == 0 ? "a" : "z"};
    case 2: return {WantedAddress::below, maker.pick(2) == 0 ? ".a" : ".c"};
    default: return {};
  }
}

MailQuery random_query(small_world::RuleMaker& maker) {
  MailQuery query;
  if (maker.pick(2) == 0)
    query.clients.addresses = {range_of(*parse_prefix(maker.pick(2) == 0 ? "1.0.0.0/8" : "0.1.0.0/16"))};
  query.sender = random_addresses(maker);
  query.recipient = random_addresses(maker);
  query.circumstances.push_back({.logged_in = maker.pick(2) == 0, .listener = {}});
  return query;
}

}  // namespace

TEST_CASE("a line about mail holds exactly when every mail of a small world that is meant fares so") {
  std::size_t held = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(60); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    std::string shown;
    const Site site = small_world::server_about_mail(maker, shown);
    const MailDemand demand{random_query(maker), static_cast<MailOutcome>(maker.pick(3))};
    CAPTURE(seed, shown);
    const TestResult result = prove_mail(demand, site);
    std::size_t otherwise = 0;
    for_each_mail([&](const Transaction& mail) {
      if (is_meant(site, demand.mail, mail) && outcome_for(site, mail) != demand.outcome) ++otherwise;
    });
    if (otherwise > 0) CHECK_FALSE(result.holds);
    if (result.holds) ++held;
    if (!result.mail) continue;
    CHECK(is_meant(site, demand.mail, *result.mail));
    CHECK(outcome_for(site, *result.mail) != demand.outcome);
  }
  if (small_world::rounds(60) == 60) CHECK(held > 2);  // few rounds may hold none
}

TEST_CASE("two servers of a small world differ exactly where some mail fares otherwise") {
  std::size_t same = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(40); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    std::string shown;
    const Site before = small_world::server_about_mail(maker, shown);
    const Site after = seed % 4 == 0 ? before : small_world::server_about_mail(maker, shown);
    CAPTURE(seed, shown);
    const MailMatrix matrix({&before, &after});
    const std::vector<MailChange> changes = mail_changes(matrix);
    std::size_t differing = 0;
    for_each_mail([&](const Transaction& mail) {
      if (outcome_for(before, mail) != outcome_for(after, mail)) ++differing;
    });
    if (differing > 0) CHECK_FALSE(changes.empty());
    if (changes.empty()) ++same;
    for (const MailChange& change : changes) {
      CHECK(outcome_for(before, change.witness) == change.before);
      CHECK(outcome_for(after, change.witness) == change.after);
      CHECK(change.before != change.after);
    }
  }
  CHECK(same >= small_world::rounds(40) / 4);
}

}  // namespace core::analysis
