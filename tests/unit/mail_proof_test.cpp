// Proofs about all mail against asking for each: test, diff and audit of whole servers, over small worlds. Each asks
// more than 50,000 triples of client, sender and recipient in a run.
#include <catch2/catch.hpp>

#include "analysis/audit_cells.hpp"
#include "analysis/expectations.hpp"
#include "analysis/mail_diff.hpp"
#include "model/recipient.hpp"
#include "unit/small_servers.hpp"

namespace core::analysis {
namespace {

/// Six addresses, thirteen names and none, confirmed or not, with a login or without, senders and recipients.
constexpr std::size_t mails_of_world = std::size_t{6} * 14 * 2 * 2 * 13 * 13;
static_assert(mails_of_world > 50'000);

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
  return outcome_of(CellDecision{evaluate(site, mail).access});
}

/// One stage, much of which nobody can tell.
Site server_hard_to_tell(small_world::RuleMaker& maker) {
  constexpr Access answers[] = {Access::allow, Access::deny, Access::defer};
  Site site;
  Stage stage{"recipient", {}, Access::deny};
  for (unsigned i = 1 + maker.pick(5); i > 0; --i) {
    Step step{.subject = Subject::unknown, .hit = answers[maker.pick(3)], .text = "step " + std::to_string(i)};
    if (maker.pick(3) == 0) {
      site.addresses.push_back(small_world::random_table(maker));
      step.subject = maker.pick(2) == 0 ? Subject::sender : Subject::recipient;
      step.table = site.addresses.size() - 1;
    }
    stage.steps.push_back(std::move(step));
  }
  site.stages.push_back(std::move(stage));
  return site;
}

/// Every server that this one may be: each step that nobody can tell always hits, or never.
std::vector<Site> known_servers_of(const Site& site) {
  std::vector<Site> servers = {site};
  for (std::size_t stage = 0; stage < site.stages.size(); ++stage)
    for (std::size_t step = 0; step < site.stages[stage].steps.size(); ++step) {
      if (site.stages[stage].steps[step].subject != Subject::unknown) continue;
      for (std::size_t i = servers.size(); i-- > 0;) {
        servers.push_back(servers[i]);
        servers.back().stages[stage].steps[step].subject = Subject::always;
      }
    }
  return servers;
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

/// True when some table about recipients names an address, its domain or its user.
bool is_listed(const Site& site, const MailAddress& address) {
  if (!address.domain) return true;
  const std::string& domain = *address.domain;
  const auto is_entry = [&](std::string_view entry) {
    return entry == domain || (entry.starts_with('.') && domain.ends_with(entry));
  };
  for (const Destination& entry : site.destinations.front().entries())
    if (is_entry(entry.name)) return true;
  for (const Step& step : site.stages.back().steps) {
    if (step.subject != Subject::recipient) continue;
    for (const AddressRule& rule : site.addresses[*step.table].rules())
      if (rule.text == address.text() || rule.text == address.local || is_entry(rule.text)) return true;
  }
  return false;
}

/// Listed users and another one, without a domain, at every listed one, below each of them, and elsewhere.
std::vector<std::string> all_addresses() {
  std::vector<std::string> list = {"<>"};
  for (const std::string user : {"u", "v", "w"})
    for (const std::string domain : {"", "@a", "@b.a", "@c", "@x.c", "@y.a", "@y.b.a", "@y.c", "@y.x.c", "@z"})
      list.push_back("<" + user + domain + ">");
  return list;
}

/// What becomes of the mail of a client without a name, whom nobody knows: relays where some of it goes where no
/// table says anything of.
ClientAccess access_of(const Site& site, const Address& address, std::size_t& asked) {
  static const std::vector<std::string> addresses = all_addresses();
  ClientAccess access = ClientAccess::denied;
  for (const std::string& sender : addresses)
    for (const std::string& recipient : addresses) {
      ++asked;
      const Transaction mail{.client = {address, std::nullopt, std::nullopt}, .sender = sender, .recipient = recipient};
      if (!evaluate(site, mail).is_accepted()) continue;
      if (!is_listed(site, read_recipient(site, recipient).address)) access = ClientAccess::relays;
      if (access == ClientAccess::denied) access = ClientAccess::let_in;
    }
  return access;
}

}  // namespace

TEST_CASE("a line about mail holds exactly when every mail of a small world that is meant fares so") {
  std::size_t held = 0;
  std::size_t asked = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(60); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    std::string shown;
    const Site site = small_world::server_about_mail(maker, shown);
    MailDemand demand{random_query(maker), static_cast<MailOutcome>(maker.pick(3))};
    demand.or_deferred = demand.outcome == MailOutcome::refused && maker.pick(2) == 0;
    CAPTURE(seed, shown);
    const TestResult result = prove_mail(demand, site);
    std::size_t otherwise = 0;
    for_each_mail([&](const Transaction& mail) {
      ++asked;
      if (is_meant(site, demand.mail, mail) && !demand.is_met_by(outcome_for(site, mail))) ++otherwise;
    });
    if (otherwise > 0) CHECK_FALSE(result.holds);
    if (result.holds) ++held;
    if (!result.mail) continue;
    CHECK(is_meant(site, demand.mail, *result.mail));
    CHECK_FALSE(demand.is_met_by(outcome_for(site, *result.mail)));
  }
  CHECK(asked == small_world::rounds(60) * mails_of_world);
  if (small_world::rounds(60) == 60) CHECK(held > 2);  // few rounds may hold none
}

TEST_CASE("mail is proved to be refused exactly if it is so whatever says what nobody can tell") {
  std::size_t held = 0;
  for (std::uint32_t seed = 1; seed <= small_world::rounds(400); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    const Site site = server_hard_to_tell(maker);
    const std::vector<Site> servers = known_servers_of(site);
    const auto may_be_otherwise = [&](Transaction mail) {
      mail.assumed = false;
      const auto is_accepted = [&](const Site& server) { return outcome_for(server, mail) == MailOutcome::accepted; };
      return outcome_for(site, mail) != MailOutcome::refused ||
             std::any_of(servers.begin(), servers.end(), is_accepted);
    };
    MailDemand demand{{}, MailOutcome::refused};
    demand.mail.circumstances.emplace_back();
    const TestResult result = prove_mail(demand, site);
    CAPTURE(seed);
    for (const std::string& sender : small_world::mail_addresses)
      for (const std::string& recipient : small_world::mail_addresses) {
        const Client client{*parse_address("1.0.0.1"), {}, {}};
        if (may_be_otherwise({.client = client, .sender = sender, .recipient = recipient})) CHECK_FALSE(result.holds);
      }
    CHECK(result.holds != result.mail.has_value());
    if (result.mail) CHECK(may_be_otherwise(*result.mail));
    if (result.holds) ++held;
  }
  CHECK(held >= small_world::rounds(400) / 20);
}

TEST_CASE("two servers of a small world differ exactly where some mail fares otherwise") {
  std::size_t same = 0;
  std::size_t asked = 0;
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
      ++asked;
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
  CHECK(asked == small_world::rounds(40) * mails_of_world);
  CHECK(same >= small_world::rounds(40) / 4);
}

TEST_CASE("a user whom a table names at one domain stands for nobody else there") {
  Site site;
  AddressTable& table = site.addresses.emplace_back();
  table.order = {AddressKind::whole, AddressKind::domain};
  table.add({AddressKind::domain, "example.org", table.outcome({Access::allow})});
  table.add({AddressKind::whole, "user@example.org", table.outcome({Access::deny})});
  table.add({AddressKind::whole, "userx@example.net", table.outcome({Access::deny})});
  site.stages = {{"recipient", {{.subject = Subject::recipient, .table = 0, .take = Take::outcome}}}};
  const Site* const sites[] = {&site};
  std::vector<std::string> witnesses;
  for (const AddressClass& one : address_classes(sites, AddressEnd::recipient))
    if (one.place == AddressPlace::listed) witnesses.push_back(one.patterns.front() + " " + one.witness.text());
  CHECK(witnesses == std::vector<std::string>{"example.org userxx@example.org", "user@example.org user@example.org"});
}

TEST_CASE("the audit of a server of a small world says of every address what becomes of its mail") {
  std::size_t asked = 0;
  std::array<std::size_t, 3> found{};
  for (std::uint32_t seed = 1; seed <= small_world::rounds(100); ++seed) {
    small_world::RuleMaker maker(seed, small_world::Size::tiny);
    std::string shown;
    const Site site = small_world::server_about_mail(maker, shown);
    const Audit result = audit_server(site);
    const auto check = [&](const Client& client) {
      if (client.host) return;
      CAPTURE(seed, shown, format_address(client.address));
      std::vector<ClientAccess> said;
      for (const ClientGroup& group : result.groups)
        if (!group.by_name && find(group.ranges, client.address)) said.push_back(group.access);
      REQUIRE(said.size() == 1);
      CHECK(said.front() == access_of(site, client.address, asked));
      ++found[static_cast<std::size_t>(said.front())];
    };
    small_world::for_each_client(std::nullopt, check, small_world::Size::tiny);
  }
  CHECK(asked == small_world::rounds(100) * std::size_t{6 * 31 * 31});
  static_assert(100 * 6 * 31 * 31 > 50'000);
  if (small_world::rounds(100) == 100) CHECK(std::all_of(found.begin(), found.end(), [](auto n) { return n > 30; }));
}

}  // namespace core::analysis
