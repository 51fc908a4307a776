// audit against evaluate: every client of a small world is in the group that evaluate says, and fares as its cell says;
// and the table for policies that people write.
#include "analysis/audit.hpp"

#include <catch2/catch.hpp>

#include "model/evaluate.hpp"
#include "model/transaction.hpp"
#include "report/audit.hpp"
#include "unit/small_world.hpp"

namespace core::analysis {
namespace {

ClientAccess access_of(const Policy& rules, const Client& client) {
  const Decision decision = evaluate(rules, client);
  if (relays(rules, decision)) return ClientAccess::relays;
  return permits(rules, decision) ? ClientAccess::let_in : ClientAccess::denied;
}

bool contains(const RangeList& ranges, const Address& address) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) { return range.covers(address); });
}

bool is_local(const Site& server, const Address& address) {
  return std::any_of(server.local->begin(), server.local->end(),
                     [&](const Prefix& prefix) { return prefix.covers(address); });
}

/// The groups of this kind that the client's address is in.
std::vector<const ClientGroup*> groups_of(const Audit& audit, const Client& client, bool by_name) {
  std::vector<const ClientGroup*> found;
  for (const ClientGroup& group : audit.groups)
    if (group.by_name == by_name && contains(group.ranges, client.address)) found.push_back(&group);
  return found;
}

/// The group for this client: by name where the client has one that counts, or else by address; null when there is
/// none, which is wrong.
const ClientGroup* find_group(const Audit& audit, const Client& client, ClientAccess access) {
  for (const bool by_name : {true, false}) {
    if (by_name && !client.host && !client.info) continue;
    for (const ClientGroup* group : groups_of(audit, client, by_name))
      if (group->access == access) return group;
  }
  return nullptr;
}

/// Whether evaluate takes mail for the domain. Where nobody told which are accepted, it is the owner's.
bool is_taken(const Site& site, const Client& client, const std::string& domain) {
  Transaction transaction{.client = client};
  transaction.recipient = "<user@" + domain + ">";
  const Access access = evaluate(site, transaction).access;
  return access == Access::pass ? domain == "example.org" : access == Access::allow;
}

void check_cells(const Audit& audit, const ClientGroup& group, bool to_ours, bool to_outside) {
  const auto& cells = audit.cells[static_cast<std::size_t>(group.origin)];
  CHECK(cells[0].outcome != (to_ours ? CellOutcome::refused : CellOutcome::accepted));
  CHECK(cells[1].outcome != (to_outside ? CellOutcome::refused : CellOutcome::accepted));
  CHECK(cells[0].outcome != CellOutcome::nobody);
  if (group.origin == Origin::outside && to_outside) CHECK(audit.is_open());
}

Site random_server(small_world::RuleMaker& maker, Policy rules) {
  Site server;
  server.policies.push_back(std::move(rules));
  server.add_connect_stage();
  server.add_recipient_stage(static_cast<Destinations>(maker.pick(3)), false);
  server.destinations.emplace_back();
  if (server.known_destinations() == Destinations::listed && maker.pick(4) != 0)
    server.destinations.front().add({"example.org", {}});
  if (maker.pick(2) != 0) return server;
  server.local.emplace();
  for (unsigned i = maker.pick(3); i > 0; --i)
    server.local->push_back(
        make_prefix(Address::from_ipv4(maker.pick(3) << 24 | maker.pick(3) << 16), 8 * (1 + maker.pick(3))));
  return server;
}

void check_client(const Audit& audit, const Site& server, const Client& client) {
  const ClientAccess access = access_of(server.clients(), client);
  const ClientGroup* group = find_group(audit, client, access);
  INFO(format_client(client) << " standing " << static_cast<int>(access));
  REQUIRE(group != nullptr);
  check_cells(audit, *group, is_taken(server, client, "example.org"), is_taken(server, client, "outside.example"));
  if (server.local) CHECK((group->origin == Origin::ours) == is_local(server, client.address));
  if (client.host || client.info) return;
  const auto by_address = groups_of(audit, client, false);
  REQUIRE(by_address.size() == 1);
  CHECK(by_address.front()->access == access);
}

}  // namespace

TEST_CASE("every client of a small world is in the crowd that evaluate says") {
  for (const Lookup lookup : {small_world::key_order, small_world::first_match}) {
    for (std::uint32_t seed = 0; seed < small_world::rounds(300); ++seed) {
      small_world::RuleMaker maker(seed);
      const std::string text = maker.rules(8);
      const Site server = random_server(maker, small_world::policy_of(text, lookup));
      const Policy& rules = server.clients();
      const Audit audit = analysis::audit(server);
      INFO("seed " << seed << ":\n" << text);
      const auto check = [&](const Client& client) { check_client(audit, server, client); };
      small_world::for_each_client(std::nullopt, check);
      if (rules.is_by_key()) small_world::for_each_client("x", check);
      AddressCount all;
      for (const ClientGroup& group : audit.groups) {
        CHECK(access_of(rules, group.witness) == group.access);
        CHECK(contains(group.ranges, group.witness.address));
        if (!group.by_name) all.add(group.addresses);
      }
      CHECK(all.text() == "340282366920938463463374607436063178752");  // 2^128 + 2^32
    }
  }
}

namespace {

struct Given {
  std::string rules;
  std::vector<const char*> rcpthosts{};
  std::vector<const char*> percenthack{};
  std::vector<const char*> local{};
  Destinations destinations = Destinations::listed;
};

Site server_of(const Given& given) {
  Site server;
  server.policies.push_back(small_world::policy_of(given.rules, small_world::key_order));
  server.add_recipient_stage(given.destinations, false);
  server.destinations.emplace_back();
  for (const char* name : given.rcpthosts) server.destinations.front().add({name, {}});
  for (const char* name : given.percenthack) server.qmail.percenthack.push_back({name, {}});
  for (const char* prefix : given.local) {
    if (!server.local) server.local.emplace();
    server.local->push_back(*parse_prefix(prefix));
  }
  server.qmail.me = server.qmail.literal_host = server.qmail.default_host = "mx.example.org";
  return server;
}

/// The table with the verdict and its reasons.
std::string text_of(const Given& given) {
  const Site server = server_of(given);
  const Sources sources;
  return format_audit(analysis::audit(server), {{server.clients(), sources, "tcp.smtp"}, server});
}

std::string table_of(const Given& given) {
  const std::string text = text_of(given);
  const std::size_t begin = text.find('\n') + 1;
  return text.substr(begin, text.find("\n\n") + 1 - begin);
}

constexpr const char* usual = "127.:allow,RELAYCLIENT=\"\"\n192.168.7.:allow,RELAYCLIENT=\"\"\n:allow\n";

}  // namespace

TEST_CASE("the usual server takes what is for it, and lets its own clients send anywhere") {
  CHECK(table_of({usual, {"example.org"}}) ==
        "    our clients  accepted           accepted (127.0.0.0/8, 192.168.7.0/24: 16,777,472 addresses)\n"
        "    outside      accepted           REFUSED\n"
        "    verdict: not an open relay\n");
}

TEST_CASE("without rcpthosts everything is accepted, as qmail does; where nobody told, it is taken to be there") {
  CHECK(table_of({usual, {}, {}, {}, Destinations::absent}) ==
        "    our clients  accepted           accepted (127.0.0.0/8, 192.168.7.0/24: 16,777,472 addresses)\n"
        "    outside      accepted           ACCEPTED\n"
        "    verdict: OPEN RELAY\n"
        "      there is no rcpthosts: strangers may send to every domain\n");
  CHECK(table_of({usual, {}, {}, {}, Destinations::unknown})
            .ends_with("REFUSED\n    verdict: not an open relay, as long as rcpthosts is there and lists your own "
                       "domains only\n"));
  // where no stranger gets in, nothing rests on it
  CHECK(table_of({"127.:allow,RELAYCLIENT=\"\"\n:deny\n", {}, {}, {}, Destinations::unknown})
            .ends_with("    verdict: not an open relay\n"));
  CHECK(table_of({"127.:allow,RELAYCLIENT=\"\"\n:deny\n", {}, {}, {}, Destinations::absent}) ==
        "    our clients  accepted           accepted (127.0.0.0/8: 16,777,216 addresses)\n"
        "    outside      REFUSED            REFUSED\n"
        "    verdict: not an open relay\n");
}

TEST_CASE("an empty rcpthosts is closed") {
  CHECK(table_of({":allow\n"}) ==
        "    our clients  -                  -\n"
        "    outside      REFUSED            REFUSED\n"
        "    verdict: not an open relay\n");
}

TEST_CASE("relaying for the whole internet is nobody's own network") {
  CHECK(table_of({"127.:allow,RELAYCLIENT=\"\"\n:allow,RELAYCLIENT=\"\"\n", {"example.org"}})
            .ends_with("    verdict: OPEN RELAY\n      more public addresses may relay than one owner can have\n"));
  CHECK(table_of({"1-127.:allow,RELAYCLIENT=\"\"\n:allow\n", {"example.org"}})
            .ends_with("    verdict: OPEN RELAY\n      more public addresses may relay than one owner can have\n"));
  CHECK(table_of({"17.:allow,RELAYCLIENT=\"\"\n:allow\n", {"example.org"}}) ==
        "    our clients  accepted           accepted (17.0.0.0/8: 16,777,216 addresses)\n"
        "    outside      accepted           REFUSED\n"
        "    verdict: not an open relay\n"
        "    note: it is not checked that all who may relay are yours; --local NETS tells who is\n");
}

TEST_CASE("with --local, who relays and is not of it is outside; unless it is the host itself") {
  CHECK(table_of({usual, {"example.org"}, {}, {"192.168.7.0/25"}}) ==
        "    our clients  accepted           accepted (127.0.0.0/8, 192.168.7.0/25: 16,777,344 addresses)\n"
        "    outside      accepted           ACCEPTED IN PART (192.168.7.128/25: 128 addresses)\n"
        "    verdict: OPEN RELAY\n"
        "      clients may relay that --local does not name\n");
  CHECK(table_of({usual, {"example.org"}, {}, {"192.168.0.0/16"}}).ends_with("    verdict: not an open relay\n"));
}

TEST_CASE("a name that anybody can have is no credential, and one that has an owner is") {
  const std::string reason =
      "    verdict: OPEN RELAY\n      clients may relay by a name that anybody can give himself\n";
  CHECK(table_of({"=:allow,RELAYCLIENT=\"\"\n:allow\n", {"example.org"}}).ends_with(reason));
  CHECK(table_of({"=.com:allow,RELAYCLIENT=\"\"\n:allow\n", {"example.org"}}).ends_with(reason));
  CHECK(table_of({"=.co.jp:allow,RELAYCLIENT=\"\"\n:allow\n", {"example.org"}}).ends_with(reason));
  CHECK(
      table_of({"=.partner.example:allow,RELAYCLIENT=\"\"\njoe@10.1.2.3:allow,RELAYCLIENT=\"\"\n:allow\n",
                {"example.org"}}) ==
      "    our clients  accepted           accepted (clients =.partner.example; ident says 'joe')\n"
      "    outside      accepted           REFUSED\n"
      "    verdict: not an open relay, as long as nobody else gives his address such a name (reverse DNS is his; only "
      "tcpserver -p compares it)\n"
      "    note: it is not checked that all who may relay are yours; --local NETS tells who is\n");
  // one word is nobody's
  CHECK(table_of({"=localhost:allow,RELAYCLIENT=\"\"\n:allow\n", {"example.org"}}).ends_with(reason));
  CHECK(
      table_of({"127.:allow,RELAYCLIENT=\"\"\n=pc.example.org:allow\n:allow\n", {"example.org"}}).find("as long as") ==
      std::string::npos);
}

TEST_CASE("a suffix of the public list is open with a dot at its end, too: recipients may have one") {
  CHECK(table_of({usual, {"example.org", ".com."}}).find("verdict: OPEN RELAY\n      a suffix is listed") !=
        std::string::npos);
  CHECK(table_of({usual, {"example.org", ".example.com."}}).find("verdict: not an open relay\n") != std::string::npos);
}

TEST_CASE("what is no domain is nobody's own") {
  CHECK(table_of({usual, {"example.com # ours", "*.example.org", "example.net;"}}) ==
        "    our clients  accepted           accepted (127.0.0.0/8, 192.168.7.0/24: 16,777,472 addresses)\n"
        "    outside      REFUSED            REFUSED\n"
        "    verdict: not an open relay\n");
  CHECK(table_of({usual, {"example.com # ours", "example.org"}}).find("outside      accepted ") != std::string::npos);
}

TEST_CASE("a mail provider's domain is accepted from everybody, and nobody's example of his own") {
  const std::string all = text_of({usual, {"gmail.com", "example.org"}});
  CHECK(all.find("to user@example.org: accepted") != std::string::npos);
  CHECK(all.find("  gmail.com: a mail provider's, open to everybody\n") != std::string::npos);
}

TEST_CASE("a dot alone in rcpthosts opens every domain that is written with a dot at its end") {
  CHECK(table_of({usual, {"example.org", "."}}).find("verdict: OPEN RELAY\n      a suffix is listed") !=
        std::string::npos);
}

TEST_CASE("a public suffix in rcpthosts opens the outside, unless nobody from there gets in") {
  CHECK(table_of({usual, {"example.org", ".com"}}) ==
        "    our clients  accepted           accepted (127.0.0.0/8, 192.168.7.0/24: 16,777,472 addresses)\n"
        "    outside      accepted           ACCEPTED IN PART\n"
        "    verdict: OPEN RELAY\n"
        "      a suffix is listed under which anybody can register: strangers may send there\n");
  CHECK(table_of({usual, {"com", ".example.com", ".localhost"}}).ends_with("    verdict: not an open relay\n"));
  CHECK(table_of({"127.:allow,RELAYCLIENT=\"\"\n:deny\n", {".com"}}).ends_with("    verdict: not an open relay\n"));
}

TEST_CASE(
    "percenthack opens the outside at a domain that is accepted, and at the one that addresses without a domain get") {
  const std::string reason =
      "    verdict: OPEN RELAY\n"
      "      percenthack has a domain that is accepted: strangers may send anywhere with user%other@domain\n";
  CHECK(table_of({usual, {"example.org"}, {"example.org"}}).ends_with(reason));
  CHECK(table_of({usual, {".example.org"}, {"www.example.org"}}).ends_with(reason));
  CHECK(table_of({usual, {"example.org"}, {"mx.example.org"}}).ends_with(reason));
  CHECK(table_of({usual, {"example.org"}, {"other.example"}}).ends_with("    verdict: not an open relay\n"));
}

TEST_CASE("a form that qmail accepts for outside is an open relay, and the other way round") {
  const Given all[] = {
      {usual, {"example.org"}},
      {usual, {"example.org", ".example.org", "localhost"}},
      {usual, {".example.org"}},
      {usual, {"example.org", ".com"}},
      {usual, {".github.io"}},
      {usual, {"example.org"}, {"example.org"}},
      {usual, {"example.org"}, {"mx.example.org"}},
      {usual, {"example.org"}, {"other.example"}},
      {usual, {}},
      {usual, {}, {}, {}, Destinations::absent},
      {usual, {}, {}, {}, Destinations::unknown},
  };
  for (const Given& given : all) {
    const Site server = server_of(given);
    const Audit audit = analysis::audit(server);
    const auto rows = try_forms(server, audit);
    const bool outside = std::any_of(rows.begin(), rows.end(), [](const FormRow& row) {
      return row.read[static_cast<std::size_t>(MailServer::qmail_smtpd)].outcome == FormOutcome::outside;
    });
    INFO((given.rcpthosts.empty() ? "no list" : given.rcpthosts.front()));
    CHECK(outside == audit.is_open());
  }
}

TEST_CASE("the surface tells each network's kind and counts what is public") {
  Site server;
  server.policies.push_back(small_world::policy_of(
      "127.:allow,RELAYCLIENT=\"\"\n172.16-31.:allow,RELAYCLIENT=\"\"\n100.64.:allow,RELAYCLIENT=\"\"\n"
      "198.41.0.:allow,RELAYCLIENT=\"\"\n203.0.113.7:allow,RELAYCLIENT=\"\"\n:allow\n",
      small_world::key_order));
  const Audit audit = analysis::audit(server);
  std::string text;
  for (const SurfaceNet& net : audit.surface.nets)
    text += format_prefix(net.prefix) + " " + std::string(network_kind_name(net.kind)) + "\n";
  CHECK(text ==
        "100.64.0.0/16 shared\n127.0.0.0/8 loopback\n172.16.0.0/12 private\n198.41.0.0/24 public\n"
        "203.0.113.7/32 documentation\n");
  CHECK(audit.surface.public_part.ipv4 == 256);
  CHECK(audit.surface.public_part.ipv6 == AddressCount(0));
}

TEST_CASE("a grant is of no use to whom the rules deny, and of no need to whom they let relay") {
  Site server = server_of({std::string("10.:deny\n") + usual, {"example.org"}});
  server.grants.emplace();
  for (const char* address : {"192.0.2.1", "127.0.0.1", "10.0.0.1"})
    server.grants->push_back({*parse_address(address), false});
  const Audit audit = analysis::audit(server);
  REQUIRE(audit.grants);
  CHECK((*audit.grants)[0].access == ClientAccess::let_in);
  CHECK((*audit.grants)[1].access == ClientAccess::relays);
  CHECK((*audit.grants)[2].access == ClientAccess::denied);
  CHECK_FALSE(audit.is_open());
}

}  // namespace core::analysis
