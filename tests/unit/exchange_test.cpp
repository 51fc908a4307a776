// Exchange as its own commands print it: which connector a session is with, what its rights are, and what is said of
// files that cannot be read. No Exchange server is the judge, but Microsoft's documentation.
#include <fmt/format.h>

#include "folder.hpp"
#include "model/transaction.hpp"
#include "site/exchange_connectors.hpp"
#include "site/read_site.hpp"

namespace core {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

/// A folder of files, read as lookup reads it.
struct Exchange {
  explicit Exchange(const Files& files) {
    for (const auto& [name, text] : files) put(folder / name, text);
    read({folder.path()});
  }
  void read(const std::vector<std::string>& paths) {
    ReadOptions options;
    options.scope = Scope::server;
    site = read_site(paths, options, sources, findings);
  }

  /// "accepted" or the reply, and behind " by " what decided as it stands in the files.
  [[nodiscard]] std::string answer(const std::string& ip, const std::string& recipient, bool login = false,
                                   const std::string& listener = {}) const {
    Transaction asked;
    asked.client.address = *parse_address(ip);
    asked.recipient = recipient;
    asked.logged_in = login;
    asked.listener = listener;
    return shown(evaluate(site, asked));
  }
  [[nodiscard]] std::string answer_named(const std::string& host, const std::string& recipient) const {
    Transaction asked;
    asked.client.address = *parse_address("198.51.100.7");
    asked.client.host = host;
    asked.recipient = recipient;
    return shown(evaluate(site, asked));
  }
  [[nodiscard]] std::string shown(const MailDecision& decision) const {
    std::string text = decision.is_accepted()            ? "accepted"
                       : decision.access == Access::pass ? "unknown"
                       : decision.reply.empty()          ? "no connection"
                                                         : decision.reply;
    if (decision.place != Span()) text += " by " + std::string(sources.text(decision.place));
    for (const std::string& unless : decision.unless) text += " unless " + unless;
    return text;
  }
  /// What keeps it from being read, without the folder.
  [[nodiscard]] std::string failure() const {
    if (site.failures.empty()) return "none";
    std::string text = site.failures.front().message();
    if (const std::size_t at = text.find(folder.path() + "/"); at != std::string::npos)
      text.erase(at, folder.path().size() + 1);
    return text;
  }

  Folder folder;
  Sources sources;
  Findings findings;
  Site site;
};

const char* const connectors = R"json([
  {"AuthMechanism": "Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer",
   "Bindings": ["[::]:25", "0.0.0.0:25"], "Enabled": true,
   "PermissionGroups": "AnonymousUsers, ExchangeServers, ExchangeLegacyServers",
   "RemoteIPRanges": ["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0-255.255.255.255"],
   "TransportRole": "FrontendTransport", "Identity": "EX1\\Default Frontend EX1"},
  {"AuthMechanism": 7, "Bindings": [{"AddressFamily": 2, "Address": {"IPAddressToString": "0.0.0.0"}, "Port": 587}],
   "Enabled": true, "PermissionGroups": 2,
   "RemoteIPRanges": [{"LowerBound": "0.0.0.0", "UpperBound": "255.255.255.255", "Expression": "0.0.0.0/0"}],
   "Identity": "EX1\\Client Frontend EX1"},
  {"AuthMechanism": "Tls", "Bindings": "0.0.0.0:25", "PermissionGroups": "AnonymousUsers, Custom",
   "RemoteIPRanges": ["192.168.1.0(255.255.255.0)", "10.0.0.5"], "Identity": "EX1\\Relay"},
  {"AuthMechanism": "Tls", "Bindings": "0.0.0.0:25", "PermissionGroups": "ExchangeServers",
   "RemoteIPRanges": "192.168.1.70-192.168.1.79", "Identity": "EX1\\Servers"},
  {"Enabled": false, "Bindings": "0.0.0.0:25", "PermissionGroups": "AnonymousUsers",
   "RemoteIPRanges": "192.168.1.77", "Identity": "EX1\\Off"}
])json";
const char* const permissions = R"([
  {"Identity": "EX1\\Relay", "User": "NT AUTHORITY\\ANONYMOUS LOGON", "Deny": false,
   "ExtendedRights": ["ms-Exch-SMTP-Accept-Any-Recipient"]},
  {"Identity": "EX1\\Relay", "User": "EX\\Scanners", "Deny": false,
   "ExtendedRights": [{"RawIdentity": "ms-Exch-SMTP-Accept-Any-Recipient"}]},
  {"Identity": "EX1\\Relay", "User": "NT AUTHORITY\\SYSTEM", "Deny": false, "ExtendedRights": null}
])";
const char* const domains = R"([{"DomainName": "example.org", "DomainType": "Authoritative"},
  {"DomainName": {"SmtpDomain": {"Domain": "example.com"}, "IncludeSubDomains": true}, "DomainType": 1}])";

/// All that a session can be, a line each.
std::string world(const Exchange& server) {
  return server.answer("203.0.113.1", "<u@example.org>") + "\n" + server.answer("203.0.113.1", "<u@foreign.example>") +
         "\n" + server.answer("2001:db8::1", "<u@x.EXAMPLE.com>") + "\n" +
         server.answer("192.168.1.9", "<u@foreign.example>") + "\n" + server.answer("192.168.1.77", "<u@example.org>") +
         "\n" + server.answer("203.0.113.1", "<u@foreign.example>", true, "587") + "\n" +
         server.answer("203.0.113.1", "<u@example.org>", false, "0.0.0.0:587") + "\n" +
         server.answer("203.0.113.1", "<u@example.org>", true) + "\n" +
         server.answer("192.168.1.9", "<u@example.org>", true) + "\n" +
         server.answer("203.0.113.1", "<u@example.org>", false, "26") + "\n" +
         server.answer("2001:db8::1", "<u@example.org>", true, "587");
}

}  // namespace

TEST_CASE("a session is with the narrowest connector of its listener, and has the rights that this one gives") {
  const Exchange server({{"receive-connectors.json", connectors},
                         {"ad-permissions.json", permissions},
                         {"accepted-domains.json", domains}});
  REQUIRE(server.failure() == "none");
  CHECK(world(server) ==
        "accepted by \"example.org\"\n"
        "550 5.7.54 Unable to relay recipient in non-accepted domain\n"
        "accepted by \"example.com\"\n"
        "accepted by ms-Exch-SMTP-Accept-Any-Recipient\n"
        "530 5.7.57 Client not authenticated to send mail by 192.168.1.70-192.168.1.79\n"
        "accepted by 2\n"
        "530 5.7.57 Client not authenticated to send mail by 0.0.0.0/0\n"
        "535 5.7.3 Authentication unsuccessful by 0.0.0.0-255.255.255.255\n"
        "504 5.7.4 Unrecognized authentication type by 192.168.1.0(255.255.255.0)\n"
        "no connection\n"
        "no connection");
  CHECK(server.site.notes ==
        std::vector<std::string>{"ms-Exch-SMTP-Accept-Any-Recipient is also given to EX\\Scanners: who logs in as one "
                                 "of them relays, and that is not asked here"});
}

TEST_CASE("CSV says what JSON says") {
  const Exchange server(
      {{"receive-connectors.csv",
        "\xef\xbb\xbf#TYPE Selected.Microsoft.Exchange\r\n"
        "\"Identity\",\"Bindings\",\"RemoteIPRanges\",\"PermissionGroups\",\"AuthMechanism\",\"Enabled\"\r\n"
        "\"EX1\\Default\",\"[::]:25;0.0.0.0:25\",\"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, "
        "0.0.0.0-255.255.255.255\","
        "\"AnonymousUsers, ExchangeServers\",\"Tls, Integrated\",\"True\"\r\n"
        "\"EX1\\Client, all\",\"0.0.0.0:587\",\"0.0.0.0/0\",ExchangeUsers,\"Tls, BasicAuth\",True\r\n"
        "\"EX1\\Relay\",0.0.0.0:25,192.168.1.0(255.255.255.0),\"AnonymousUsers, Custom\",Tls,True\r\n"
        "\"EX1\\Servers\",0.0.0.0:25,192.168.1.70-192.168.1.79,ExchangeServers,Tls,True\r\n"
        "EX1\\Off,0.0.0.0:25,192.168.1.77,AnonymousUsers,Tls,False\r\n"},
       {"ad-permissions.csv",
        "Identity;User;Deny;ExtendedRights\n"
        "EX1\\Relay;S-1-5-7;False;{ms-Exch-SMTP-Accept-Any-Recipient}\n"},
       {"accepted-domains.csv", "DomainName,DomainType\nexample.org,Authoritative\n*.example.com,InternalRelay\n"}});
  REQUIRE(server.failure() == "none");
  CHECK(world(server) ==
        "accepted by example.org\n"
        "550 5.7.54 Unable to relay recipient in non-accepted domain\n"
        "accepted by *.example.com\n"
        "accepted by ms-Exch-SMTP-Accept-Any-Recipient\n"
        "530 5.7.57 Client not authenticated to send mail by 192.168.1.70-192.168.1.79\n"
        "accepted by ExchangeUsers\n"
        "530 5.7.57 Client not authenticated to send mail by 0.0.0.0/0\n"
        "535 5.7.3 Authentication unsuccessful by 0.0.0.0-255.255.255.255\n"
        "504 5.7.4 Unrecognized authentication type by 192.168.1.0(255.255.255.0)\n"
        "no connection\n"
        "no connection");
}

TEST_CASE("an externally secured connector relays for everybody in its ranges") {
  const auto server_with = [](const char* groups, const char* mechanism) {
    return fmt::format(R"({{"Identity": "EX1\\A", "Bindings": "0.0.0.0:25", "RemoteIPRanges": "10.0.0.0/8",
                           "PermissionGroups": "{}", "AuthMechanism": "{}"}})",
                       groups, mechanism);
  };
  const auto answer = [&](const char* groups, const char* mechanism) {
    const Exchange server(
        {{"receive-connectors.json", server_with(groups, mechanism)}, {"accepted-domains.json", domains}});
    return server.answer("10.1.2.3", "<u@foreign.example>");
  };
  CHECK(answer("ExchangeServers", "Tls, ExternalAuthoritative") == "accepted by ExternalAuthoritative");
  CHECK(answer("36", "33") == "accepted by 33");
  CHECK(answer("AnonymousUsers", "Tls, ExternalAuthoritative") ==
        "550 5.7.54 Unable to relay recipient in non-accepted domain");
}

TEST_CASE("what is denied counts over what is given, and the last of them is no matter") {
  const Exchange server({{"receive-connectors.json", connectors},
                         {"accepted-domains.json", domains},
                         {"ad-permissions.json",
                          R"([{"Identity": "Relay", "User": "Everyone", "Deny": "True",
                              "ExtendedRights": "ms-Exch-SMTP-Accept-Any-Recipient"},
                             {"Identity": "Relay", "User": {"RawIdentity": "NT AUTHORITY\\ANONYMOUS LOGON"},
                              "Deny": "False", "ExtendedRights": "ms-Exch-SMTP-Accept-Any-Recipient"},
                             {"Identity": "EX1\\Servers", "User": "S-1-5-7",
                              "ExtendedRights": "ms-exch-smtp-SUBMIT"}])"}});
  CHECK(server.answer("192.168.1.9", "<u@foreign.example>") ==
        "550 5.7.54 Unable to relay recipient in non-accepted domain");
  CHECK(server.answer("192.168.1.77", "<u@example.org>") == "accepted by \"example.org\"");
}

TEST_CASE("what the files do not tell is said with the answer") {
  const Exchange without_rights({{"receive-connectors.json", connectors}, {"accepted-domains.json", domains}});
  CHECK(without_rights.answer("192.168.1.9", "<u@foreign.example>") ==
        "550 5.7.54 Unable to relay recipient in non-accepted domain unless Get-ADPermission of the connector "
        "'EX1\\Relay'");
  CHECK(without_rights.answer("192.168.1.9", "<u@example.org>") == "accepted by \"example.org\"");
  const Exchange without_domains({{"receive-connectors.json", connectors}, {"ad-permissions.json", permissions}});
  CHECK(without_domains.answer("203.0.113.1", "<u@example.org>") == "unknown");
  const Exchange all({{"receive-connectors.json", connectors},
                      {"ad-permissions.json", "[]"},
                      {"accepted-domains.json", R"({"DomainName": "*"})"}});
  CHECK(all.answer("203.0.113.1", "<u@foreign.example>") == "accepted by \"*\"");
}

TEST_CASE("files that cannot be read are refused with the line") {
  const auto failure = [](const char* name, const std::string& text) {
    return Exchange(Files{{name, text}}).failure();
  };
  CHECK(failure("receive-connectors.json", "[\n  {\"Name\": \"a\",\n   oops}\n]") ==
        "cannot read 'receive-connectors.json': line 3: it is no JSON: syntax error while parsing object key - invalid "
        "literal; last read: '\"a\",<U+000A>   o'; expected string literal");
  CHECK(failure("receive-connectors.json", "[1]") ==
        "cannot read 'receive-connectors.json': line 1: objects are expected, with the fields that PowerShell prints");
  CHECK(failure("receive-connectors.json", std::string("\xff\xfe[\0]\0", 6)) ==
        "cannot read 'receive-connectors.json': line 1: it is UTF-16; write it with '| Out-File -Encoding utf8'");
  std::string deep;
  for (int i = 0; i < 101; ++i) deep += "{\"a\":\n";
  CHECK(failure("receive-connectors.json", deep) ==
        "cannot read 'receive-connectors.json': line 101: objects lie in each other more deeply than PowerShell prints "
        "them");
  CHECK(failure("receive-connectors.csv", "Identity,RemoteIPRanges\n\"a,1.2.3.4\n") ==
        "cannot read 'receive-connectors.csv': line 2: a quote has no end");
  CHECK(failure("receive-connectors.csv", "Identity,RemoteIPRanges\na,1.2.3.4\nb\n") ==
        "cannot read 'receive-connectors.csv': line 3: 1 fields, and the first line names 2");
  CHECK(
      failure("receive-connectors.json", "[{\"Name\": \"a\"}]") ==
      "cannot use 'receive-connectors.json': it has none of the fields RemoteIPRanges, ExtendedRights, DomainName and "
      "RelayIpList");
  const Exchange two(
      Files{{"receive-connectors.json",
             R"([{"Identity": "EX1\\A", "RemoteIPRanges": []}, {"Identity": "EX2\\A", "RemoteIPRanges": []}])"}});
  REQUIRE(two.site.failures.size() == 1);
  CHECK(two.site.failures.front().reason ==
        "it has the connectors of several servers, ex1, ex2; a session is with one of them: use Get-ReceiveConnector "
        "-Server NAME");
}

TEST_CASE("a range that cannot be read is an error at its place, and nothing is decided then") {
  const Exchange server(
      Files{{"receive-connectors.csv",
             "Identity,Bindings,RemoteIPRanges,PermissionGroups\n"
             "EX1\\A,0.0.0.0:25,10.0.0.0/8;10.1,AnonymousUsers\n"
             "EX1\\B,0.0.0.0:25,Microsoft.Exchange.Data.MultiValuedProperty`1[IPRange],AnonymousUsers\n"}});
  REQUIRE(server.findings.all().size() == 2);
  const Finding& first = server.findings.all().front();
  CHECK(first.message.text(server.sources) ==
        "'10.1' is no address, range or network: nobody knows whom the connector 'EX1\\A' is for");
  CHECK(server.sources.text(first.span) == "10.1");
  CHECK(server.findings.all()[1].help.text(server.sources) ==
        "have Export-Csv write the values: @{n='RemoteIPRanges';e={$_.RemoteIPRanges -join ';'}}");
  CHECK_FALSE(server.site.in_error.empty());
  CHECK_FALSE(server.site.clients().complete);
}

TEST_CASE("a list may be an object with its values and their number, and one that was not printed is an error") {
  const Exchange server(Files{{"receive-connectors.json",
                               R"({"Identity": "EX1\\A", "Bindings": {"value": ["0.0.0.0:25"], "Count": 1},
                                   "RemoteIPRanges": {"value": ["10.0.0.0/8"], "Count": 1},
                                   "PermissionGroups": {"value": 1, "Value": "AnonymousUsers"}})"},
                              {"accepted-domains.json", domains}});
  CHECK(server.answer("10.1.2.3", "<u@example.org>") == "accepted by \"example.org\"");
  const Exchange without(
      Files{{"receive-connectors.json", R"({"Identity": "EX1\\A", "RemoteIPRanges": {"Count": 2}})"}});
  REQUIRE(without.findings.all().size() == 1);
  CHECK(without.findings.all().front().message.text(without.sources) ==
        "nobody knows whom the connector 'EX1\\A' is for: its RemoteIPRanges are not there");
  CHECK_FALSE(without.site.in_error.empty());
}

TEST_CASE("files with other names are told by their fields") {
  Exchange server({{"mine.json", connectors}, {"rights.json", permissions}, {"ours.json", domains}});
  server.read({server.folder / "mine.json", server.folder / "rights.json", server.folder / "ours.json"});
  REQUIRE(server.failure() == "none");
  CHECK(server.answer("192.168.1.9", "<u@foreign.example>") == "accepted by ms-Exch-SMTP-Accept-Any-Recipient");
}

TEST_CASE("remote ranges are addresses, ranges, networks and addresses with a mask") {
  const auto shown = [](std::string_view text) {
    const auto range = parse_remote_range(text);
    return range ? format_address(range->first) + " " + format_address(range->last) : "none";
  };
  CHECK(shown("10.0.0.1") == "10.0.0.1 10.0.0.1");
  CHECK(shown("10.0.0.1-10.0.0.9") == "10.0.0.1 10.0.0.9");
  CHECK(shown("10.1.2.3/8") == "10.0.0.0 10.255.255.255");
  CHECK(shown("10.1.2.3(255.255.0.0)") == "10.1.0.0 10.1.255.255");
  CHECK(shown("2001:db8::/32") == "2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
  for (const char* text :
       {"", "10.", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "10.0.0.0(255.0.255.0)", "10.0.0.0/33", "a-b"})
    CHECK(shown(text) == "none");
}

TEST_CASE("the SMTP virtual server relays by its list, by login and for nobody else") {
  const Exchange server({{"smtp-virtual-server.json",
                          R"({"RelayIpList": {"GrantByDefault": false,
                              "IPGrant": ["192.168.16.0, 255.255.255.0", "127.0.0.1"], "DomainGrant": ["*.example.net"],
                              "IPDeny": ["192.168.16.9"]}, "RelayForAuth": true, "AuthFlags": 7})"},
                         {"accepted-domains.json", domains}});
  REQUIRE(server.failure() == "none");
  CHECK(server.answer("192.168.16.9", "<u@foreign.example>") == "accepted by \"192.168.16.0, 255.255.255.0\"");
  CHECK(server.answer("203.0.113.1", "<u@foreign.example>") == "550 5.7.1 Unable to relay for <u@foreign.example>");
  CHECK(server.answer("203.0.113.1", "<u@foreign.example>", true) == "accepted");
  CHECK(server.answer("203.0.113.1", "<u@example.org>") == "accepted by \"example.org\"");
  CHECK(server.answer_named("PC.example.net", "<u@foreign.example>") == "accepted by \"*.example.net\"");
  CHECK(server.answer_named("notexample.net", "<u@foreign.example>") ==
        "550 5.7.1 Unable to relay for <u@foreign.example>");
}

TEST_CASE("all except the list below is an open relay, and without anonymous access one logs in") {
  const auto server = [](const char* rest) {
    return Exchange(
        {{"smtp-virtual-server.json",
          fmt::format(R"({{"RelayIpList": {{"GrantByDefault": true, "IPDeny": ["10.0.0.1"]}}, {}}})", rest)},
         {"accepted-domains.json", domains}});
  };
  const auto answer = [&](const char* rest, const char* ip, bool login) {
    return server(rest).answer(ip, "<u@foreign.example>", login);
  };
  CHECK(answer(R"("RelayForAuth": false)", "203.0.113.1", false) == "accepted by true");
  CHECK(answer(R"("RelayForAuth": false)", "10.0.0.1", true) == "550 5.7.1 Unable to relay for <u@foreign.example>");
  CHECK(answer(R"("RelayForAuth": 1, "AuthFlags": 1)", "10.0.0.1", true) ==
        "550 5.7.1 Unable to relay for <u@foreign.example>");
  CHECK(answer(R"("AuthAnonymous": false)", "203.0.113.1", false) == "530 5.7.3 Client was not authenticated");
  CHECK(answer(R"("AuthFlags": 6)", "10.0.0.1", true) == "accepted");
}

}  // namespace core
