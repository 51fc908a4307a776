// Sendmail's files: what a server with them takes, refuses and relays. Each row is a text, a question and the answer of
// sendmail 8.17.
#include "unit/sendmail_site.hpp"

#include "model/recipient.hpp"

namespace core {
namespace {

using sendmail::answer;
using sendmail::ServerFiles;
using sendmail::with_skip;

struct Asked {
  std::string ip;
  std::string host = {};  ///< empty: none
  std::string sender = "a@sender.example";
  std::string recipient = "u@foreign.example";
  bool verified = true;
  bool login = false;
};

Transaction transaction_of(const Asked& asked) {
  Transaction given;
  given.client.address = *parse_address(asked.ip);
  if (!asked.host.empty()) given.client.host = asked.host;
  given.verified = asked.verified;
  given.sender = asked.sender;
  given.recipient = asked.recipient;
  given.logged_in = asked.login;
  return given;
}

struct Row {
  std::string features;
  std::string access;
  std::string relay_domains;
  Asked asked;
  std::string answer;
};

const std::string denied = "550 5.7.1 <u@foreign.example>... Relaying denied";
const std::string nameless = denied + ". IP name lookup failed [10.1.2.3]";
const std::string plain_access = "FEATURE(`access_db')dnl\n";

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    ServerFiles server(row.features);
    server.put("access", row.access).put("relay-domains", row.relay_domains);
    const Site site = server.site();
    INFO(row.features << row.access << row.relay_domains << row.asked.ip << " " << row.asked.host << " "
                      << row.asked.sender << " " << row.asked.recipient);
    CHECK(answer(evaluate(site, transaction_of(row.asked))) == row.answer);
  }
}

}  // namespace

TEST_CASE("clients relay by address as Sendmail reads the access map") {
  check_rows({
      {with_skip, "Connect:10.1.2 RELAY\n", "", {"10.1.2.3", ""}, "accepted"},
      {with_skip, "connect:10.1.2 relay\n", "", {"10.1.2.3", ""}, "accepted"},
      {with_skip, "10.1.2.3 RELAY\n", "", {"10.1.2.3", ""}, "accepted"},
      {with_skip, "Connect:10. RELAY\n", "", {"10.1.2.3", ""}, nameless},
      {with_skip, "Connect:10.0.0.0/8 RELAY\n", "", {"10.1.2.3", ""}, nameless},
      {with_skip, "Connect:010.1 RELAY\n", "", {"10.1.2.3", ""}, nameless},
      {with_skip, "Connect:10 RELAY\nConnect:10.1 OK\n", "", {"10.1.2.3", ""}, nameless},
      {with_skip, "Connect:10 RELAY\nConnect:10.1 SKIP\n", "", {"10.1.2.3", ""}, nameless},
      {plain_access, "Connect:10 RELAY\nConnect:10.1 SKIP\n", "", {"10.1.2.3", ""}, "553 5.3.0 SKIP"},
      {with_skip, "Connect:10.1.2.3 RELAY # gw\n", "", {"10.1.2.3", ""}, "553 5.3.0 RELAY # gw"},
      {with_skip, "Connect:10.1.2.3 REJECT\n10.1.2.3 RELAY\n", "", {"10.1.2.3", ""}, "550 5.7.1 Access denied"},
      {with_skip, "Connect:10.1.2.3 RELAY\nConnect:10.1.2.3 REJECT\n", "", {"10.1.2.3", ""}, "accepted"},
      {with_skip, "Connect:10 ERROR:4.7.1:451 later\n", "", {"10.1.2.3", ""}, "451 4.7.1 later"},
      {with_skip, "Connect:10 ERROR:5.7.1:550 go away\n", "", {"10.1.2.3", ""}, "550 5.7.1 go away"},
      {with_skip, "Connect:10 450 tmp\n", "", {"10.1.2.3", ""}, "450 4.0.0 tmp"},
      {with_skip, "Connect:IPv6:2001:DB8 RELAY\n", "", {"2001:db8::1", ""}, "accepted"},
      {with_skip, "Connect:IPv6:2001:db8:0:0:0:0:0:1 RELAY\n", "", {"2001:db8::1", ""}, "accepted"},
      {with_skip,
       "Connect:IPv6:2001:db8::1 RELAY\n",
       "",
       {"2001:db8::1", ""},
       denied + ". IP name lookup failed [IPv6:2001:db8:0:0:0:0:0:1]"},
      {with_skip,
       "Connect:2001:db8 RELAY\n",
       "",
       {"2001:db8::1", ""},
       denied + ". IP name lookup failed [IPv6:2001:db8:0:0:0:0:0:1]"},
      {with_skip, "", "", {"127.0.0.1", ""}, "accepted"},
      {with_skip, "", "", {"::1", ""}, "accepted"},
      {with_skip, "", "", {"127.1.2.3", ""}, denied + ". IP name lookup failed [127.1.2.3]"},
  });
}

TEST_CASE("a client's name is asked before his address, and what is found first decides") {
  check_rows({
      {with_skip, "Connect:example.net RELAY\n", "", {"10.1.2.3", "B.A.Example.NET"}, "accepted"},
      {with_skip, "Connect:example.net RELAY\n", "", {"10.1.2.3", "notexample.net"}, denied},
      {with_skip, "Connect:.example.net RELAY\n", "", {"10.1.2.3", "a.example.net"}, denied},
      {with_skip + "FEATURE(`lookupdotdomain')\n",
       "Connect:.example.net RELAY\n",
       "",
       {"10.1.2.3", "a.example.net"},
       "accepted"},
      {with_skip,
       "Connect:10.1.2.3 REJECT\nConnect:a.example.net RELAY\n",
       "",
       {"10.1.2.3", "a.example.net"},
       "accepted"},
      {with_skip,
       "Connect:10.1.2.3 RELAY\nConnect:a.example.net REJECT\n",
       "",
       {"10.1.2.3", "a.example.net"},
       "550 5.7.1 Access denied"},
      {with_skip, "Connect:10.1.2.3 RELAY\nConnect:a.example.net OK\n", "", {"10.1.2.3", "a.example.net"}, "accepted"},
      {with_skip, "Connect:10.1.2.3 OK\nConnect:a.example.net RELAY\n", "", {"10.1.2.3", "a.example.net"}, "accepted"},
      {with_skip,
       "Connect:example.net RELAY\n",
       "",
       {.ip = "10.1.2.3", .host = "a.example.net", .verified = false},
       denied + ". IP name possibly forged [10.1.2.3]"},
      {with_skip, "Connect:[10.1] REJECT\n", "", {"10.1.2.3", ""}, "550 5.7.1 Access denied"},
      {with_skip + "FEATURE(`relay_hosts_only')\n",
       "Connect:example.net RELAY\n",
       "",
       {"10.1.2.3", "a.example.net"},
       denied},
  });
}

TEST_CASE("class R is names with what is below them, and addresses") {
  check_rows({
      {with_skip, "", "relay.example\n", {.ip = "10.1.2.3", .recipient = "u@Sub.Relay.Example."}, "accepted"},
      {with_skip,
       "",
       ".relay.example\n",
       {.ip = "10.1.2.3", .recipient = "u@relay.example"},
       "550 5.7.1 <u@relay.example>... Relaying denied. IP name lookup failed [10.1.2.3]"},
      {with_skip, "", ".relay.example\n", {.ip = "10.1.2.3", .recipient = "u@a.relay.example"}, "accepted"},
      {with_skip, "", "10.1.\n", {"10.1.2.3", ""}, "accepted"},
      {with_skip, "", "10.1\n", {"10.1.2.3", ""}, "accepted"},
      {with_skip, "", "10.0.0.0/8\n", {"10.1.2.3", ""}, nameless},
      {with_skip, "", "x.example # 10.1\n", {"10.1.2.3", ""}, nameless},
      {with_skip, "", "x.example 10.1\n", {"10.1.2.3", ""}, "accepted"},
      {with_skip, "", "IPv6:2001:db8\n", {"2001:db8::1", ""}, "accepted"},
      {with_skip, "", "example.net\n", {"10.1.2.3", "a.example.net"}, "accepted"},
      {with_skip, "Connect:10.1 REJECT\n", "10\n", {"10.1.2.3", ""}, "550 5.7.1 Access denied"},
      {"RELAY_DOMAIN(`foreign.example')dnl\n", "", "", {"10.1.2.3", ""}, "accepted"},
      {"LOCAL_DOMAIN(`foreign.example')dnl\n", "", "", {"10.1.2.3", ""}, "accepted"},
  });
}

TEST_CASE("recipients are read as Sendmail reads them: own names and names that are relayed to are stripped") {
  const auto of = [](std::string recipient) {
    return Asked{.ip = "10.1.2.3", .host = "x.test", .recipient = std::move(recipient)};
  };
  const auto refused = [](const std::string& path) { return "550 5.7.1 <" + path + ">... Relaying denied"; };
  const std::string relay = "relay.example\n";
  check_rows({
      {with_skip, "", relay, of("root"), "accepted"},
      {with_skip, "", relay, of("root@local.example"), "accepted"},
      {with_skip, "", relay, of("u@[127.0.0.1]"), "accepted"},
      {with_skip, "", relay, of("u@[10.1.2.3]"), refused("u@[10.1.2.3]")},
      {with_skip, "", relay, of("u%foreign.example@local.example"), refused("u%foreign.example@local.example")},
      {with_skip, "", relay, of("u%relay.example@local.example"), "accepted"},
      {with_skip, "", relay, of("u%foreign.example@relay.example"), refused("u%foreign.example@relay.example")},
      {with_skip + "FEATURE(`loose_relay_check')\n", "", relay, of("u%foreign.example@relay.example"), "accepted"},
      {with_skip, "", relay, of("\"u@foreign.example\"@local.example"), refused("\"u@foreign.example\"@local.example")},
      {with_skip, "", relay, of("\"u@foreign.example\"@relay.example"), refused("\"u@foreign.example\"@relay.example")},
      {with_skip, "", relay, of("foreign.example!u@local.example"), refused("foreign.example!u@local.example")},
      {with_skip, "", relay, of("@local.example:u@foreign.example"), refused("@local.example:u@foreign.example")},
      {with_skip, "", relay, of("u%foreign.example"), refused("u%foreign.example")},
      {with_skip, "", relay, of("u@foreign.example@local.example"),
       "553 5.1.3 <u@foreign.example@local.example>... Invalid route address"},
      {with_skip, "", relay, of("u@"), "553 5.1.3 <u@>... Hostname required"},
      {with_skip, "", relay, of("@local.example"), "553 5.1.3 <@local.example>... User address required"},
      {with_skip, "", relay, of("u@a..b"), "553 5.1.2 <u@a..b>... Invalid host name"},
      {with_skip, "", relay, of("u@[10.1.2.3]."), "553 5.1.2 <u@[10.1.2.3].>... Invalid address"},
      {with_skip, "", relay, of("u@x:y"), "553 5.1.3 <u@x:y>... Colon illegal in host name part"},
      {with_skip, "", relay, of("\"\"@relay.example"), refused("\"\"@relay.example")},
      {with_skip, "", relay, of("list:;"), "553 5.1.3 <list:;>... List:; syntax illegal for recipient addresses"},
      {with_skip, "", relay, of(""), "553 5.0.0 <>... User address required"},
  });
}

TEST_CASE("senders and recipients are refused as the access map says") {
  const Asked mail{.ip = "10.1.2.3", .host = "x.test", .recipient = "root@local.example"};
  const auto from = [&](std::string sender) {
    Asked asked = mail;
    asked.sender = std::move(sender);
    return asked;
  };
  const std::string block = with_skip + "FEATURE(`blacklist_recipients')\n";
  check_rows({
      {with_skip, "From:sender.example REJECT\n", "", from("a@sub.sender.example"),
       "550 5.7.1 <a@sub.sender.example>... Access denied"},
      {with_skip, "sender.example foo\n", "", from("a@sender.example"), "553 5.3.0 <a@sender.example>... foo"},
      {with_skip, "From:sender.example REJECT\nFrom:a@sender.example OK\n", "", from("a+b@sender.example"), "accepted"},
      {with_skip, "From:a@sender.example SKIP\n", "", from("a@sender.example"), "553 5.3.0 <a@sender.example>... SKIP"},
      {with_skip, "From:sender.example SKIP\n", "", from("a@sender.example"), "accepted"},
      {with_skip, "", "", from("a"), "553 5.5.4 <a>... Domain name required for sender address a"},
      {with_skip, "From:a@ OK\n", "", from("a"), "accepted"},
      {with_skip + "FEATURE(`accept_unqualified_senders')\n", "", "", from("a"), "accepted"},
      {with_skip, "", "", from("a@localhost"),
       "553 5.5.4 <a@localhost>... Real domain name required for sender address"},
      {with_skip, "To:root@ REJECT\n", "", mail, "accepted"},
      {block, "To:root@ REJECT\n", "", mail, "550 5.2.1 <root@local.example>... Mailbox disabled for this recipient"},
      {with_skip, "To:foreign.example RELAY\nTo:u@foreign.example REJECT\n", "", {"10.1.2.3", "x.test"}, "accepted"},
      {with_skip, "To:u@foreign.example RELAY\n", "", {"10.1.2.3", "x.test"}, denied},
      {"FEATURE(`access_db', , `skip', `relaytofulladdress')\n",
       "To:u@foreign.example RELAY\n",
       "",
       {"10.1.2.3", "x.test"},
       "accepted"},
  });
}

TEST_CASE("replies name the address with few codes only, and without the brackets that it was given in") {
  const auto mail = [](std::string recipient) {
    return Asked{.ip = "10.1.2.3", .host = "x.test", .recipient = std::move(recipient)};
  };
  const std::string block = with_skip + "FEATURE(`blocklist_recipients')\n";
  check_rows({
      {with_skip, "", "", mail("<u@foreign.example>"), denied},
      {with_skip, "", "", mail("<u@foreign..example>"), "553 5.1.2 <u@foreign..example>... Invalid host name"},
      {with_skip, "", "", mail("<@>"), "553 5.1.3 <@>... List:; syntax illegal for recipient addresses"},
      {block, "To:root@ ERROR:550 no\n", "", mail("root@local.example"), "550 5.0.0 <root@local.example>... no"},
      {block, "To:root@ ERROR:450 no\n", "", mail("root@local.example"), "450 4.0.0 <root@local.example>... no"},
      {block, "To:root@ ERROR:451 no\n", "", mail("root@local.example"), "451 4.0.0 no"},
      {block, "To:root@ ERROR:551 no\n", "", mail("root@local.example"), "551 5.0.0 no"},
  });
}

TEST_CASE("a quarantined recipient is taken though nobody may relay to him, and nobody at a domain is not blocked") {
  const std::string block = with_skip + "FEATURE(`blocklist_recipients')\n";
  const Asked nobody{.ip = "10.1.2.3", .host = "x.test", .recipient = "\"\"@foreign.example"};
  check_rows({
      {block, "To:foreign.example QUARANTINE:look\n", "", {"10.1.2.3", "x.test"}, "accepted"},
      {block,
       "To:foreign.example REJECT\n",
       "",
       {"10.1.2.3", "x.test"},
       "550 5.2.1 <u@foreign.example>... Mailbox disabled for this recipient"},
      {block, "To:foreign.example REJECT\n", "", nobody, "550 5.7.1 <\"\"@foreign.example>... Relaying denied"},
  });
}

TEST_CASE(
    "with relaytofulladdress SKIP at a domain leaves the user to be asked for, and hosts are asked for with the tag") {
  const std::string full = "FEATURE(`access_db', , `skip', `relaytofulladdress')\n";
  const std::string hosts = full + "FEATURE(`relay_hosts_only')\n";
  const Asked mail{"10.1.2.3", "x.test"};
  check_rows({
      {full, "To:example SKIP\nTo:u@ RELAY\n", "", mail, "accepted"},
      {full, "To:example OK\nTo:u@ RELAY\n", "", mail, denied},
      {hosts, "u@foreign.example OK\nTo:foreign.example RELAY\n", "", mail, "accepted"},
      {hosts, "To:u@foreign.example OK\nTo:foreign.example RELAY\n", "", mail, denied},
  });
}

TEST_CASE("features make relays of clients by their word, and by their login") {
  const Asked client{"10.1.2.3", "x.test"};
  const auto from = [&](std::string sender) {
    Asked asked = client;
    asked.sender = std::move(sender);
    return asked;
  };
  check_rows({
      {with_skip + "FEATURE(`promiscuous_relay')\n", "", "", client, "accepted"},
      {with_skip + "FEATURE(`relay_local_from')\n", "", "", from("a@local.example"), "accepted"},
      {with_skip + "FEATURE(`relay_local_from')\n", "", "", client, denied},
      {with_skip, "From:sender.example RELAY\n", "", client, denied},
      {with_skip + "FEATURE(`relay_mail_from')\n", "From:sender.example RELAY\n", "", client, denied},
      {with_skip + "FEATURE(`relay_mail_from')\n", "From:a@sender.example RELAY\n", "", client, "accepted"},
      {with_skip + "FEATURE(`relay_mail_from', `domain')\n", "From:sender.example RELAY\n", "", client, "accepted"},
      {with_skip + "FEATURE(`relay_entire_domain')\n", "", "", client, "accepted"},
      {with_skip, "", "", {.ip = "10.1.2.3", .host = "x.test", .login = true}, denied},
      {with_skip + "TRUST_AUTH_MECH(`PLAIN')dnl\n",
       "",
       "",
       {.ip = "10.1.2.3", .host = "x.test", .login = true},
       "accepted"},
      {with_skip + "FEATURE(`require_rdns')\n", "Connect:10 RELAY\n", "", {"10.1.2.3", ""}, "accepted"},
      {with_skip + "FEATURE(`require_rdns')\n", "", "", {"10.1.2.3", ""}, "550 5.7.1 Fix reverse DNS for 10.1.2.3"},
  });
}

TEST_CASE("with delay_checks the recipient is asked for first, and friends are not checked") {
  const std::string delayed = with_skip + "FEATURE(`delay_checks', `friend')\n";
  const Asked mail{.ip = "10.1.2.3", .host = "x.test", .recipient = "root@local.example"};
  const std::string reject = "Connect:10 REJECT\n";
  check_rows({
      {delayed, reject, "", {"10.1.2.3", "x.test"}, denied},
      {delayed, reject, "", mail, "550 5.7.1 <root@local.example>... Access denied"},
      {delayed, reject + "Spam:root@ FRIEND\n", "", mail, "accepted"},
      {delayed, reject + "From:sender.example OK\n", "", mail, "accepted"},
      {with_skip + "FEATURE(`delay_checks', `hater')\n", reject, "", mail, "accepted"},
      {with_skip + "FEATURE(`delay_checks', `hater')\n",
       reject + "Spam:judge.example HATER\n",
       "",
       {.ip = "10.1.2.3", .host = "x.test", .recipient = "root"},
       "550 5.7.1 <root>... Access denied"},
      {with_skip + "FEATURE(`delay_checks', `hater')\n", reject + "Spam:local.example HATER\n", "", mail,
       "550 5.7.1 <root@local.example>... Access denied"},
  });
}

TEST_CASE("comments, dnl and quotes of sendmail.mc are m4's, and what nobody can tell is said") {
  check_rows({
      {with_skip + "dnl FEATURE(`promiscuous_relay')\n# FEATURE(`promiscuous_relay')\n",
       "",
       "",
       {"10.1.2.3", "x.test"},
       denied},
      {with_skip + "define(`x',dnl FEATURE(`promiscuous_relay')\n`y')dnl\n", "", "", {"10.1.2.3", "x.test"}, denied},
      {with_skip + "  FEATURE( `promiscuous_relay' )\n", "", "", {"10.1.2.3", "x.test"}, denied},
      {with_skip + "FEATURE(promiscuous_relay)dnl\n", "", "", {"10.1.2.3", "x.test"}, "accepted"},
  });
  ServerFiles server("FEATURE(`dnsbl', `bl.example')dnl\nFEATURE(`relay_based_on_MX')dnl\n");
  Transaction given = transaction_of({"10.1.2.3", "x.test"});
  const MailDecision decision = evaluate(server.site(), given);
  CHECK(answer(decision) == denied);
  CHECK(decision.unless ==
        std::vector<std::string>{"FEATURE(`dnsbl', `bl.example')", "the server is an MX of the recipient's domain"});
}

TEST_CASE("what opens a server is said of its configuration") {
  ServerFiles server(plain_access + "FEATURE(`promiscuous_relay')\nFEATURE(`loose_relay_check')\n");
  server.put("access", "From:a@b.example RELAY\nConnect:10 SKIP\n");
  CHECK(server.site().notes ==
        std::vector<std::string>{
            "FEATURE(`promiscuous_relay') relays for everybody: the server is an open relay",
            "FEATURE(`loose_relay_check') takes user%other@domain for every domain that is relayed to",
            "'From:a@b.example' RELAY lets nobody relay without FEATURE(`relay_mail_from'): it means OK",
            "SKIP is no action without 'skip' among the arguments of FEATURE(`access_db'): mail is refused with "
            "553 5.3.0 SKIP"});
}

TEST_CASE("the entire domain is that of the machine, which no file tells") {
  ServerFiles server("FEATURE(`relay_entire_domain')\n");
  CHECK(
      server.site().notes ==
      std::vector<std::string>{
          "FEATURE(`relay_entire_domain') relays to and for every name in the domain of the server",
          "FEATURE(`relay_entire_domain') is about the domain of the machine's own name, which no file tells: taken is "
          "that of 'judge.example'"});
}

TEST_CASE("without sendmail.mc Debian's features are taken, and that is said") {
  Folder folder;
  put(folder / "access", "Connect:10 SKIP\n");
  put(folder / "relay-domains", "");
  ReadOptions options;
  options.scope = Scope::server;
  Sources sources;
  Findings findings;
  const Site site = read_site({folder.path()}, options, sources, findings);
  CHECK(site.server == Server::sendmail);
  CHECK(
      site.notes ==
      std::vector<std::string>{
          "there is no sendmail.mc: taken are the features of Debian's, access_db with skip, delay_checks for friends "
          "and use_cw_file",
          "the configuration does not say the host's name: mail for it counts as mail for others; "
          "define(`confDOMAIN_NAME', ...) says it"});
  CHECK(answer(evaluate(site, transaction_of({"10.1.2.3", ""}))) == nameless);
}

}  // namespace core
