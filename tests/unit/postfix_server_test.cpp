// main.cf decides as smtpd does: against decisions that were written down, our own (tests/corpus/judged, asked of
// Postfix 3.7.11 by XCLIENT) and many elsewhere, where they are; and what is said of mistakes in it.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "analysis/audit.hpp"
#include "corpora.hpp"
#include "folder.hpp"
#include "judged_bytes.hpp"
#include "model/transaction.hpp"
#include "site/read_site.hpp"

namespace core {
namespace {

using Json = nlohmann::json;
using Files = std::vector<std::pair<std::string, std::string>>;

/// What stood in front of every main.cf.
constexpr const char* common =
    "compatibility_level = 3.6\nmyhostname = judge.example\nmyorigin = judge.example\nlocal_recipient_maps =\n"
    "smtpd_reject_unlisted_recipient = no\nsmtpd_peername_lookup = no\ninet_interfaces = 127.0.0.1\n";

/// A client without a name.
Client client_at(const std::string& address) {
  Client client;
  client.address = *parse_address(address);
  return client;
}

/// A folder of Postfix, read as lookup reads it.
struct Server {
  explicit Server(const Files& files, const std::vector<Prefix>& interfaces = {}) {
    for (const auto& [name, text] : files) put(folder / name, text);
    ReadOptions options;
    options.scope = Scope::server;
    options.server = core::Server::postfix;
    options.login = true;
    options.interfaces = interfaces;
    site = read_site({folder.path()}, options, sources, findings);
  }

  [[nodiscard]] MailDecision decide(const std::string& address, const std::string& recipient) const {
    return evaluate(site, {.client = client_at(address), .recipient = recipient});
  }
  /// "accepted", or the reply; then what nobody can tell here.
  [[nodiscard]] std::string answer(const std::string& address, const std::string& recipient) const {
    const MailDecision decision = decide(address, recipient);
    std::string text = decision.is_accepted() ? "accepted" : decision.reply;
    for (const std::string& unless : decision.unless) text += " unless " + unless;
    return text;
  }
  /// Messages, a line each.
  [[nodiscard]] std::string said() const {
    std::string text;
    for (const Finding& finding : findings.all()) text += finding.message.text(sources) + "\n";
    return text;
  }

  Folder folder;
  Sources sources;
  Findings findings;
  Site site;
};

Files files_of(const Json& judged, const std::string& base) {
  Files files;
  for (const auto& [name, text] : judged["files"].items())
    files.emplace_back(name, (name == "main.cf" ? base : "") + testing::bytes_of(text));
  return files;
}

Transaction transaction_of(const Json& client) {
  Transaction asked;
  asked.client.address = unmapped(*parse_address(client["ip"].get<std::string>()));
  if (client.contains("host")) asked.client.host = client["host"].get<std::string>();
  asked.recipient = client.contains("rcpt") ? testing::bytes_of(client["rcpt"]) : "x@other.example";
  if (client.contains("from")) asked.sender = client["from"].get<std::string>();
  return asked;
}

bool is_as_judged(const MailDecision& decision, const Json& verdict) {
  if (verdict == "allow") return decision.is_accepted();
  if (verdict == "error") return !decision.is_accepted();
  return decision.access == (verdict == "deny" ? Access::deny : Access::defer);
}

/// Decisions that differ, a line each.
std::string differences(const Json& judged, const Site& site) {
  std::string found;
  for (const Json& client : judged["clients"]) {
    const MailDecision decision = evaluate(site, transaction_of(client));
    const bool has_reply = client.contains("reply") && decision.reply != client["reply"];
    if (!is_as_judged(decision, client["verdict"]) || has_reply)
      found += fmt::format("{}: {} '{}'\n", client.dump(), access_name(decision.access), decision.reply);
  }
  return found;
}

/// The same where the judge's trivial-rewrite had still read another main.cf, with other domains and settings: what is
/// also said of a server that takes mail for all domains, or none, does not count. `others` counts the
/// decisions of that kind.
std::string differences_whatever_domains(const Json& judged, const Site& site, unsigned& others) {
  std::vector<Site> variants(8, site);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if ((i & 4) != 0) variants[i].postfix.swaps_bangpath = variants[i].postfix.percent_hack = true;
    for (AddressTable& table : variants[i].addresses) {
      if (table.name != "destinations" && table.name != "mydestination") continue;
      const bool has_all = (i & (table.name == "destinations" ? 1U : 2U)) != 0;
      table = AddressTable();
      table.order = {AddressKind::any};
      if (has_all) table.add({AddressKind::any, "", table.outcome({Access::allow}), {}});
    }
  }
  std::string found;
  for (const Json& client : judged["clients"]) {
    const Transaction asked = transaction_of(client);
    if (client["verdict"] == "untestable" || is_as_judged(evaluate(site, asked), client["verdict"])) continue;
    ++others;
    if (std::none_of(variants.begin(), variants.end(),
                     [&](const Site& variant) { return is_as_judged(evaluate(variant, asked), client["verdict"]); }))
      found += client.dump() + "\n";
  }
  return found;
}

TEST_CASE("every decision and reply that smtpd gave to our questions is ours") {
  std::ifstream file(std::filesystem::path(RELAYRULES_SOURCE_DIR) / "tests/corpus/judged/postfix_main.jsonl");
  unsigned texts = 0;
  for (std::string line; std::getline(file, line); ++texts) {
    const Json judged = Json::parse(line);
    CAPTURE(judged["id"], judged["files"].dump());
    const Server server(files_of(judged, common));
    CHECK(differences(judged, server.site) == "");
  }
  CHECK(texts >= 30);
}

TEST_CASE("every decision of smtpd in the larger collection is ours") {
  const auto folders = testing::judged_decisions();
  if (folders.size() == 1) WARN("SKIPPED: only our own decisions are here, and no larger collection");
  unsigned questions = 0;
  unsigned others = 0;
  for (std::size_t i = 1; i < folders.size(); ++i)
    for (const char* name : {"postfix_main.jsonl", "postfix_access.jsonl"}) {
      std::ifstream file(folders[i] / name);
      for (std::string line; std::getline(file, line);) {
        const Json judged = Json::parse(line);
        const std::string text = judged["files"]["main.cf"];
        // both ask about the connection from which XCLIENT came
        if (text.find("permit_inet_interfaces") != text.npos || text.find("check_reverse_client") != text.npos)
          continue;
        CAPTURE(judged["id"], judged["files"].dump());
        const Server server(files_of(judged, common));
        CHECK(differences_whatever_domains(judged, server.site, others) == "");
        questions += static_cast<unsigned>(judged["clients"].size());
      }
    }
  CHECK(others * 20 <= questions);
}

/// A server for relay.example and local.example.
Files server_with(const std::string& more) {
  return {{"main.cf", std::string(common) +
                          "relay_domains = relay.example\nmydestination = local.example\nmynetworks = 10.0.0.0/8\n"
                          "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n" +
                          more}};
}

TEST_CASE("a login lets a client of Postfix relay") {
  const Server server(server_with("smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination\n"));
  Transaction asked = {.client = client_at("192.0.2.1"), .recipient = "u@foreign.example"};
  CHECK_FALSE(evaluate(server.site, asked).is_accepted());
  asked.logged_in = true;
  CHECK(evaluate(server.site, asked).is_accepted());
}

TEST_CASE("what no file of Postfix tells is said, and assumed to permit where it can") {
  const Server server(
      server_with("smtpd_relay_restrictions = check_policy_service inet:127.0.0.1:10023, "
                  "permit_dnswl_client list.example, reject_rbl_client bl.example, "
                  "check_client_access ldap:clients, reject_unauth_destination\n"));
  CHECK(server.answer("192.0.2.1", "u@foreign.example") ==
        "554 5.7.1 <u@foreign.example>: Relay access denied unless check_policy_service inet:127.0.0.1:10023 unless "
        "permit_dnswl_client list.example unless reject_rbl_client bl.example unless check_client_access ldap:clients");
  CHECK(evaluate(server.site, {.client = client_at("192.0.2.1"), .recipient = "u@foreign.example", .assumed = true})
            .is_accepted());
}

TEST_CASE("what may refuse hides nothing of what may permit behind it") {
  const Server server(
      server_with("smtpd_relay_restrictions = reject_rbl_client bl.example, check_client_access ldap:clients,"
                  " reject_unauth_destination\n"));
  CHECK(evaluate(server.site, {.client = client_at("192.0.2.1"), .recipient = "u@foreign.example", .assumed = true})
            .is_accepted());
}

TEST_CASE("tables of expressions of a server decide about one mail, and are conditions of all that is said of it") {
  const Server server(
      {{"main.cf", std::string(common) + "mynetworks = 127.0.0.0/8\nrelay_domains = example.com\n"
                                         "smtpd_relay_restrictions = check_client_access pcre:/etc/postfix/c.pcre,"
                                         " permit_mynetworks, reject_unauth_destination\n"
                                         "smtpd_recipient_restrictions = check_reverse_client_hostname_access"
                                         " pcre:/etc/postfix/c.pcre, warn_if_reject check_recipient_access regexp:r\n"},
       {"c.pcre",
        "/^10\\.(\\d+)\\./ REJECT net $1\nif /\\.example\\.net$/\n/^good\\./ OK\n"
        "/./ permit_mynetworks, reject_unauth_destination\nendif\n"},
       {"r", "/^u@/ REJECT\n"}});
  const auto answer = [&](const char* address, std::optional<std::string> name, bool asks, const char* recipient) {
    Transaction asked{.client = client_at(address), .recipient = recipient};
    asked.client.host = std::move(name);
    asked.asks_patterns = asks;
    const MailDecision decision = evaluate(server.site, asked);
    std::string text = decision.is_accepted() ? "accepted" : decision.reply;
    for (const std::string& unless : decision.unless) text += " unless " + unless;
    return text;
  };
  CHECK(server.said().empty());
  const char* outside = "<x@outside.example>";
  CHECK(answer("10.1.2.3", {}, true, outside) == "554 5.7.1 <unknown[10.1.2.3]>: Client host rejected: net 1");
  CHECK(answer("10.1.2.3", {}, false, outside) ==
        "554 5.7.1 <x@outside.example>: Relay access denied unless check_client_access pcre:/etc/postfix/c.pcre");
  CHECK(answer("192.0.2.1", "bad.example.net", true, outside) == "554 5.7.1 <x@outside.example>: Relay access denied");
  CHECK(answer("192.0.2.1", "mail.other.test", true, "<u@example.com>") == "accepted");
  // what permits may not stand in a table that is asked for a name which nobody confirmed
  CHECK(answer("192.0.2.1", "good.example.net", true, outside) == "451 4.3.5 Server configuration error");
}

TEST_CASE("each cell of an audit says what nobody can tell and may decide otherwise about its mail") {
  using Unless = std::vector<std::string>;
  const auto cells_of = [](const std::string& restrictions, const std::string& table) {
    Files files = server_with("mynetworks = 10.0.0.0/8\nmydestination = own.example\n" + restrictions);
    files.emplace_back("c", table);
    const Server server(files);
    const analysis::Audit audit = analysis::audit(server.site);
    std::vector<Unless> cells;
    for (const auto& row : audit.cells)
      for (const analysis::Cell& cell : row) cells.push_back(cell.unless);
    return cells;
  };
  const Unless table = {"check_client_access pcre:c"};
  // whoever it does not let in is denied, and is of the outside
  CHECK(cells_of("smtpd_client_restrictions = check_client_access pcre:c, reject\n", "/a/ OK\n") ==
        std::vector<Unless>{{}, {}, table, table});
  // it may refuse what is accepted, and cannot open what is not
  CHECK(cells_of("smtpd_client_restrictions = check_client_access pcre:c\n", "/a/ REJECT\n") ==
        std::vector<Unless>{table, table, table, {}});
  // who may relay does not come as far
  CHECK(cells_of("smtpd_client_restrictions = permit_mynetworks, check_client_access pcre:c, reject\n", "/a/ OK\n") ==
        std::vector<Unless>{{}, {}, table, {}});
  // what is asked of the DNS refuses and does nothing else: an audit is about who may
  CHECK(cells_of("smtpd_client_restrictions = reject_rbl_client bl.example\n", "") == std::vector<Unless>(4));
}

TEST_CASE("a table of expressions that is not there refuses for now") {
  const Server server({{"main.cf", std::string(common) + "mynetworks = 127.0.0.0/8\n"
                                                         "smtpd_relay_restrictions = check_client_access pcre:c,"
                                                         " reject_unauth_destination\n"}});
  CHECK(server.answer("192.0.2.1", "<x@outside.example>") ==
        "451 4.3.5 <unknown[192.0.2.1]>: Client host rejected: Server configuration error");
}

TEST_CASE("a table of domains that cannot be read may hold any domain") {
  const Server server(server_with("relay_domains = mysql:/etc/postfix/domains.cf\n"));
  CHECK(server.answer("192.0.2.1", "u@local.example") == "accepted");
  CHECK(server.answer("192.0.2.1", "u@foreign.example") ==
        "554 5.7.1 <u@foreign.example>: Relay access denied unless reject_unauth_destination (relay_domains "
        "mysql:/etc/postfix/domains.cf)");
}

/// As `lookup` asks, with tables of expressions, and then as a proof does, without.
std::pair<std::string, std::string> both_answers(const Server& server, const std::string& address,
                                                 std::optional<std::string> name, const std::string& recipient) {
  Transaction asked{.client = client_at(address), .recipient = recipient};
  asked.client.host = std::move(name);
  std::pair<std::string, std::string> texts;
  for (const bool asks : {true, false}) {
    asked.asks_patterns = asks;
    const MailDecision decision = evaluate(server.site, asked);
    std::string& text = asks ? texts.first : texts.second;
    text = decision.is_accepted() ? "accepted" : decision.reply.substr(0, 3);
    for (const std::string& unless : decision.unless) text += " unless " + unless;
  }
  return texts;
}
using Both = std::pair<std::string, std::string>;

TEST_CASE("expressions in mynetworks are asked in their place, the name and then the address") {
  Files files = server_with(
      "mynetworks = 10.1.0.0/16, !10.2.0.0/16, !regexp:/etc/postfix/bad, 10.0.0.0/8, regexp:/etc/postfix/good\n");
  files.emplace_back("bad", "/^10\\.3\\./ x\n/\\.bad\\.example$/ x\n");
  files.emplace_back("good", "/^10\\.2\\./ x\n/\\.good\\.example$/\n/^unknown$/ x\nif /^192/\n!/\\.1$/ x\nendif\n");
  const Server server(files);
  const auto answer = [&](const char* address, std::optional<std::string> name = "mail.example.net") {
    return both_answers(server, address, std::move(name), "u@foreign.example");
  };
  const std::string bad = " unless permit_mynetworks regexp:/etc/postfix/bad";
  const std::string good = " unless permit_mynetworks regexp:/etc/postfix/good";
  CHECK(answer("10.1.2.3", "m.bad.example") == Both{"accepted", "accepted"});
  CHECK(answer("10.2.0.1") == Both{"554", "554"});
  CHECK(answer("10.3.0.1") == Both{"554", "accepted" + bad});
  CHECK(answer("10.4.0.1") == Both{"accepted", "accepted" + bad});
  CHECK(answer("10.4.0.1", "m.bad.example") == Both{"554", "accepted" + bad});
  CHECK(answer("192.0.2.1") == Both{"554", "554" + bad + good});
  CHECK(answer("192.0.2.2") == Both{"accepted", "554" + bad + good});
  CHECK(answer("192.0.2.1", "m.good.example") == Both{"accepted", "554" + bad + good});
  CHECK(answer("198.51.100.1", std::nullopt) == Both{"accepted", "554" + bad + good});
}

TEST_CASE("who has no name is left out of mynetworks in front of expressions, and of nothing else") {
  Files files = server_with("mynetworks = 10.1.0.0/16, !unknown, pcre:p, 10.0.0.0/8\n");
  files.emplace_back("p", "/^192/ x\n");
  const Server server(files);
  CHECK(both_answers(server, "10.1.0.1", {}, "u@foreign.example") == Both{"accepted", "accepted"});
  CHECK(both_answers(server, "10.2.0.1", {}, "u@foreign.example") == Both{"554", "554"});
  CHECK(both_answers(server, "192.0.2.1", {}, "u@foreign.example") == Both{"554", "554"});
  CHECK(both_answers(server, "192.0.2.1", "a.example", "u@foreign.example") ==
        Both{"accepted", "554 unless permit_mynetworks pcre:p"});
}

TEST_CASE("expressions in lists of domains are asked in their place, for the whole domain as it was given") {
  Files files = server_with(
      "mydestination = local.example, pcre:/etc/postfix/own\nrelay_domains = first.example, !pcre:not, relay.example,"
      " regexp:r, fail:later\n");
  files.emplace_back("own", "/^own\\d+\\.example$/ x\n/^CASE\\.example$/i x\n");
  files.emplace_back("not", "/^sub\\.relay\\.example$/ x\n/^\\[/ x\n");
  files.emplace_back("r", "/(^|\\.)wide\\.example$/ x\n");
  const Server server(files);
  const auto answer = [&](const char* recipient) { return both_answers(server, "192.0.2.1", {}, recipient); };
  const std::string own = " unless reject_unauth_destination (mydestination pcre:/etc/postfix/own)";
  const std::string all = own +
                          " unless reject_unauth_destination (relay_domains pcre:not)"
                          " unless reject_unauth_destination (relay_domains regexp:r)";
  CHECK(answer("u@local.example") == Both{"accepted", "accepted"});
  CHECK(answer("u@relay.example") == Both{"accepted", "accepted" + all});
  CHECK(answer("u@sub.relay.example") == Both{"554", "accepted" + all});
  CHECK(answer("u@other.relay.example") == Both{"accepted", "accepted" + all});
  CHECK(answer("u@own12.example") == Both{"accepted", "451" + all});
  CHECK(answer("u@a.wide.example") == Both{"accepted", "451" + all});
  CHECK(answer("u@CASE.example") == Both{"accepted", "451" + all});
  CHECK(answer("u@case.example") == Both{"451", "451" + all});
  CHECK(answer("u@[192.0.2.9]") == Both{"554", "451" + all});
}

TEST_CASE("an expression that cannot be tried is named, in each list that asks it") {
  Files files = server_with(
      "mynetworks = regexp:m\nrelay_domains = regexp:r\nsmtpd_client_restrictions = check_client_access pcre:c\n"
      "smtpd_restriction_classes = one\none = permit\n");
  files.emplace_back("m", "# costly\n/(((a{1,100}){1,100}){1,100}){1,100}/ x\n");
  files.emplace_back("r", "/^b$/ x\n/(((b{1,100}){1,100}){1,100}){1,100}/ x\n");
  files.emplace_back("c", "/^1(9)/ one, permit $1\n");
  const Server server(files);
  const MailDecision decision = evaluate(
      server.site, {.client = client_at("192.0.2.1"), .recipient = "<u@foreign.example>", .asks_patterns = true});
  std::string said;
  for (const UntriedRule& rule : decision.untried)
    said += fmt::format("{}: {}\n", base_name(server.sources.place(rule.place)), rule.why);
  CHECK(said ==
        "c:1: its value is a list of restrictions that $1 is part of\n"
        "m:2: its expression takes too long to try\n"
        "r:2: its expression takes too long to try\n");
}

TEST_CASE("expressions decide whom permit_auth_destination lets in, and only what they can leave out is uncertain") {
  Files files = server_with(
      "relay_domains = pcre:r, relay.example\n"
      "smtpd_relay_restrictions = permit_auth_destination, reject\n");
  files.emplace_back("r", "/^own\\./ x\n");
  const Server server(files);
  CHECK(both_answers(server, "192.0.2.1", {}, "u@relay.example") == Both{"accepted", "accepted"});
  const std::string unless = " unless permit_auth_destination (relay_domains pcre:r)";
  CHECK(both_answers(server, "192.0.2.1", {}, "u@own.example") == Both{"accepted", "554" + unless});
  CHECK(both_answers(server, "192.0.2.1", {}, "u@foreign.example") == Both{"554", "554" + unless});
  files = server_with(
      "relay_domains = !pcre:r, example\n"
      "smtpd_relay_restrictions = permit_auth_destination, reject\n");
  files.emplace_back("r", "/^own\\./ x\n");
  const Server excluding(files);
  CHECK(both_answers(excluding, "192.0.2.1", {}, "u@own.example") == Both{"554", "accepted" + unless});
  CHECK(both_answers(excluding, "192.0.2.1", {}, "u@b.example") == Both{"accepted", "accepted" + unless});
}

TEST_CASE("what Postfix skips in a table of expressions that a list names is said") {
  Files files =
      server_with("relay_domains = pcre:/etc/postfix/d\nsmtpd_client_restrictions = check_client_access regexp:c\n");
  files.emplace_back("d", "/^a[/ x\nendif\n");
  files.emplace_back("c", "/a/Q OK\nif /b/\n");
  CHECK(Server(files).said() ==
        "'relay_domains' is defined again below, and that counts\n"
        "'^a[' is no expression, missing terminating ] for character class: Postfix skips the line\n"
        "Postfix skips this 'endif': there is no 'if' in front of it\n"
        "the expression has the flag 'Q', which is none: Postfix skips the line\n"
        "this 'if' has no 'endif': it goes on to the end of the file\n");
}

TEST_CASE("a list asks no table of a type that Postfix has not, and none of the type fail") {
  for (const char* table : {"http://example.net", "fail:x"}) {
    CAPTURE(table);
    const Server server(server_with(std::string("relay_domains = first.example, ") + table + "\n"));
    CHECK(server.answer("192.0.2.1", "u@first.example") == "accepted");
    CHECK(server.answer("192.0.2.1", "u@foreign.example") == "451 4.3.0 <u@foreign.example>: Temporary lookup failure");
    const Server networks(server_with(std::string("mynetworks = 10.0.0.0/8, ") + table + "\n"));
    CHECK(networks.answer("10.0.0.1", "u@foreign.example") == "accepted");
    CHECK(networks.answer("192.0.2.1", "u@foreign.example") ==
          "451 4.3.0 <u@foreign.example>: Temporary lookup failure");
  }
}

TEST_CASE("mynetworks_style needs the interfaces, but for the loopback") {
  const Files files = {{"main.cf", "mynetworks_style = subnet\ncompatibility_level = 3.6\nmyhostname = a.example\n"}};
  const std::string unknown = " unless mynetworks_style = subnet: the interfaces are not told (--interfaces)";
  const Server server(files);
  CHECK(server.answer("127.9.9.9", "u@foreign.example") == "accepted");
  CHECK(server.answer("192.0.2.7", "u@foreign.example") ==
        "454 4.7.1 <u@foreign.example>: Relay access denied" + unknown);
  const Server told(files, {{*parse_address("192.0.2.200"), 25}});
  CHECK(told.answer("192.0.2.130", "u@foreign.example") == "accepted");
  CHECK(told.answer("192.0.2.7", "u@foreign.example") == "454 4.7.1 <u@foreign.example>: Relay access denied");
}

TEST_CASE("mistakes in main.cf are said with what they do") {
  CHECK(Server(server_with("mynetworks = 10.0.0.0/8 texthash:/etc/postfix/none\n")).said() ==
        "'mynetworks' is defined again below, and that counts\n"
        "'/etc/postfix/none' is not there: Postfix refuses for now, with 451, all that it would have asked it about\n");
  CHECK(Server(server_with("smtpd_client_restrictions = reject_all\n")).said() ==
        "'reject_all' is no restriction that Postfix knows: who comes as far gets 451 and is not taken\n");
  CHECK(Server(server_with("smtpd_restriction_classes = ours\n")).said() ==
        "the restriction class 'ours' has no definition: smtpd does not start\n");
  CHECK(Server(server_with("a = $b\nb = $a\n")).said() ==
        "a cannot be expanded: its names lead back to it: Postfix does not start\n"
        "b cannot be expanded: its names lead back to it: Postfix does not start\n");
  CHECK(Server(server_with("mynetworks 10.0.0.0/8\n")).said() ==
        "'mynetworks 10.0.0.0/8' is no 'name = value': Postfix does not start\n");
}

/// The verdict of audit, and the reasons for it.
std::string verdict_of(const std::string& restrictions) {
  const Server server({{"main.cf",
                        "compatibility_level = 3.6\nmyhostname = mail.example.com\nmydestination = example.com\n"
                        "mynetworks = 192.168.1.0/24\n" +
                            restrictions}});
  const analysis::Audit found = analysis::audit(server.site);
  std::string text = found.is_open() ? "open" : "closed";
  for (const analysis::Reason reason : found.reasons) text += fmt::format(" {}", static_cast<int>(reason));
  return text;
}

TEST_CASE("an open relay is who sends on what strangers write, and nobody else") {
  const auto because = [](analysis::Reason reason) { return fmt::format("open {}", static_cast<int>(reason)); };
  const auto relay = [](const std::string& first) {
    return verdict_of("smtpd_relay_restrictions = " + first + " permit_mynetworks reject_unauth_destination\n");
  };
  CHECK(relay("") == "closed");
  // a name is asked for beside the address, and lets nobody relay
  CHECK(verdict_of("smtpd_client_restrictions = reject_unknown_client_hostname\n") == "closed");
  CHECK(verdict_of("smtpd_sender_restrictions = reject_unknown_reverse_client_hostname\n") == "closed");
  // what is thrown away is not sent on
  CHECK(relay("check_sender_access inline:{spam.invalid=DISCARD}") == "closed");
  CHECK(relay("check_sender_access inline:{spam.invalid=OK}") == because(analysis::Reason::sender_trust));
  CHECK(relay("check_sender_access inline:{boss@=OK}") == because(analysis::Reason::sender_trust));
  CHECK(relay("check_recipient_access inline:{postmaster@=OK}") == because(analysis::Reason::users_outside));
  CHECK(relay("check_recipient_access inline:{example.com=OK}") == "closed");
  CHECK(relay("check_client_access static:OK") == because(analysis::Reason::too_wide));
  CHECK(relay("check_client_access inline:{com=OK}") == because(analysis::Reason::any_name));
}

TEST_CASE("what smtpd does not start with refuses everybody for now, and says why") {
  const Server server({{"main.cf", std::string(common) + "smtpd_relay_restrictions = permit_mynetworks\n"}});
  CHECK(server.answer("127.0.0.1", "u@judge.example") ==
        "421 smtpd does not start: neither smtpd_relay_restrictions nor smtpd_recipient_restrictions has one of "
        "reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit");
}

}  // namespace
}  // namespace core
