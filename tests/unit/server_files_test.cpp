// relayrules check for the files of Postfix, Sendmail and Exchange: what is said of them and the tables beside them,
// and what is not.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <algorithm>

#include "folder.hpp"
#include "reading.hpp"

namespace core {
namespace {

using testing::check_paths;
using testing::CheckedText;
using Files = std::vector<std::pair<std::string, std::string>>;

/// "main.cf:3: error: message [name]" for each finding, a line each.
std::string listing_of(const CheckedText& checked) {
  std::string text;
  for (const Finding& finding : checked.findings.all()) {
    const Source* source = checked.sources.find(finding.span.begin);
    REQUIRE(source != nullptr);
    text += std::string(base_name(source->name())) + ":" +
            std::to_string(checked.sources.position(finding.span.begin).line) + ": " +
            std::string(severity_name(finding.severity)) + ": " + finding.message.text(checked.sources) + " [" +
            std::string(finding.kind->name) + "]\n";
  }
  return text;
}

/// What check says of a folder with these files.
std::string said_of(const Files& files) {
  Folder folder;
  for (const auto& [name, text] : files) put(folder / name, text);
  const CheckedText checked = check_paths({folder.path()});
  CHECK(checked.known);
  return listing_of(checked);
}

/// main.cf of a server whose own lists are in order, and `more` behind it.
std::string main_cf(const std::string& more) {
  return "compatibility_level = 3.6\nmyhostname = mail.example.com\nmynetworks = 127.0.0.0/8 [::1]/128\n" + more;
}

const std::string behind_help = "comes before anything refuses mail to other domains: ";

}  // namespace

TEST_CASE(
    "what permits strangers in front of reject_unauth_destination is found, unless the other list refuses first") {
  const std::string early =
      "smtpd_recipient_restrictions = permit_mynetworks,\n  check_sender_access hash:/etc/postfix/senders,\n"
      "  check_recipient_access texthash:/etc/postfix/recipients,\n  permit_dnswl_client list.example,\n"
      "  reject_unauth_destination\n";
  const std::string open = "smtpd_relay_restrictions = permit\n";
  const Files tables = {{"senders", "boss@example.com OK\n"},
                        {"recipients", "joe@mail.example.com OK\nx@other.example OK\n"}};
  Files files = tables;
  files.emplace_back("main.cf", main_cf(open + early));
  CHECK(said_of(files) == "main.cf:4: error: 'permit' " + behind_help +
                              "it permits everybody [permit-before-reject]\n"
                              "main.cf:6: error: 'check_sender_access hash:/etc/postfix/senders' " +
                              behind_help +
                              "'boss@example.com OK' is given to whoever says so [permit-before-reject]\n"
                              "main.cf:7: error: 'check_recipient_access texthash:/etc/postfix/recipients' " +
                              behind_help +
                              "'x@other.example OK' is given to everybody [permit-before-reject]\n"
                              "main.cf:8: warning: 'permit_dnswl_client list.example' " +
                              behind_help + "no file tells whom it permits [permit-before-reject]\n");
  files.back().second = main_cf(early);  // smtpd_relay_restrictions is in order by itself
  CHECK(said_of(files).empty());
}

TEST_CASE("an OK for the server's own recipients, a refusal and a permit behind the refusal are in order") {
  const std::string lists =
      "smtpd_relay_restrictions =\nsmtpd_recipient_restrictions = check_recipient_access "
      "hash:/etc/postfix/recipients,\n"
      "  check_sender_access hash:/etc/postfix/senders, reject_unauth_destination,\n"
      "  check_sender_access hash:/etc/postfix/late, permit\n";
  CHECK(said_of({{"main.cf", main_cf(lists)},
                 {"recipients", "postmaster@mail.example.com OK\nx@other.example REJECT\n"},
                 {"senders", "spammer@example.net REJECT\nfriend@example.net DUNNO\n"},
                 {"late", "friend@example.net OK\n"}})
            .empty());
}

TEST_CASE("a table of clients that permits in front of the refusal is checked as what lets clients relay") {
  const auto said = [](const std::string& table, const std::string& clients) {
    return said_of({{"main.cf", main_cf("smtpd_relay_restrictions = check_client_access " + table +
                                        ",\n  reject_unauth_destination\n")},
                    {"clients", clients}});
  };
  const std::string early = "' comes before anything refuses mail to other domains: ";
  CHECK(said("static:OK", "") ==
        "main.cf:4: error: 'check_client_access static:OK" + early + "it permits everybody [permit-before-reject]\n");
  CHECK(said("inline:{unknown=OK}", "").find("it permits every client without a confirmed name") != std::string::npos);
  CHECK(said("pcre:/etc/postfix/clients", "/./ OK\n") ==
        "main.cf:4: warning: 'check_client_access pcre:/etc/postfix/clients" + early +
            "'/./ OK' may be for other clients than the server's [permit-before-reject]\n");
  CHECK(said("texthash:/etc/postfix/clients", "com OK\n192.0.2.1 OK\n") ==
        "clients:1: error: 'com' lets every client relay whose name is this or ends in it, wherever its address is "
        "[name-in-mynetworks]\n");
  CHECK(said("cidr:/etc/postfix/clients", "0.0.0.0/1 OK\n").find("[open-relay]") != std::string::npos);
  CHECK(said("cidr:/etc/postfix/clients", "193.0.0.0/8 REJECT\n193.7.2.0/28 OK\n").empty());
}

TEST_CASE("mynetworks lets nobody relay where it is not asked, and is checked where nothing says that it is not") {
  const std::string wide = "mynetworks = 0.0.0.0/0\n";
  const auto said = [&](const std::string& lists) { return said_of({{"main.cf", main_cf(wide + lists)}}); };
  CHECK(said("smtpd_relay_restrictions = reject_unauth_destination\n").find("open-relay") == std::string::npos);
  CHECK(said("smtpd_relay_restrictions = reject_unauth_destination, permit_mynetworks\n").find("open-relay") ==
        std::string::npos);
  CHECK(said("").find("open-relay") != std::string::npos);
  CHECK(said_of({{"main.cf", wide}}).find("open-relay") != std::string::npos);
}

TEST_CASE("a table is beside main.cf, however its folder is written") {
  Folder folder;
  put(folder / "main.cf",
      main_cf("smtpd_client_restrictions = check_client_access hash:" + (folder / "clients") + "\n"));
  put(folder / "clients", "192.0.2.1 REJECT\n");
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const CheckedText checked = check_paths({"main.cf"});
  std::filesystem::current_path(before);
  CHECK(listing_of(checked).find("missing-table") == std::string::npos);
}

TEST_CASE("a table of clients gives no relaying where the other list refuses strangers") {
  CHECK(said_of({{"main.cf", main_cf("smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination\n"
                                     "smtpd_recipient_restrictions = check_client_access static:OK, "
                                     "check_client_access texthash:/etc/postfix/clients\n")},
                 {"clients", "com OK\n"}})
            .empty());
}

TEST_CASE("restriction classes and tables that lead back to themselves come to an end, and so does the answer") {
  std::string doubled = "smtpd_restriction_classes =";
  for (int i = 0; i <= 60; ++i) doubled += fmt::format(" c{}", i);
  for (int i = 0; i < 60; ++i) doubled += fmt::format("\nc{} = c{} c{}", i, i + 1, i + 1);
  doubled += "\nc60 = permit_mynetworks\nsmtpd_relay_restrictions = c0 reject_unauth_destination\n";
  CHECK(said_of({{"main.cf", main_cf(doubled)}}) == "main.cf:66: warning: 'the rest of the nested restrictions' " +
                                                        behind_help +
                                                        "no file tells whom it permits [permit-before-reject]\n");
  // smtpd answers 451 for a list that leads back to itself
  CHECK(
      said_of({{"main.cf", main_cf("smtpd_restriction_classes = c\nc = check_recipient_access texthash:/etc/postfix/r\n"
                                   "smtpd_relay_restrictions = c reject_unauth_destination\n")},
               {"r", "postmaster@ c\n"}})
          .empty());
}

TEST_CASE("a restriction class and warn_if_reject are looked through") {
  CHECK(said_of({{"main.cf", main_cf("smtpd_restriction_classes = early\nearly = permit\nsmtpd_relay_restrictions =\n"
                                     "smtpd_recipient_restrictions = warn_if_reject reject_unauth_destination, early,\n"
                                     "  reject_unauth_destination\n")}}) ==
        "main.cf:7: error: 'permit' " + behind_help + "it permits everybody [permit-before-reject]\n");
}

TEST_CASE("a lone main.cf has notes for the tables that are not beside it, and reads none of this host") {
  CHECK(
      said_of({{"main.cf", main_cf("myorigin = /etc/mailname\nrelay_domains = /etc/hostname\n"
                                   "smtpd_client_restrictions = check_client_access hash:/etc/postfix/clients\n")}}) ==
      "main.cf:5: note: '/etc/hostname' is not beside main.cf and was not checked; where it is missing on the server, "
      "Postfix refuses for now, with 451, all that it would have asked it about [missing-table]\n"
      "main.cf:6: note: '/etc/postfix/clients' is not beside main.cf and was not checked; where it is missing on the "
      "server, Postfix refuses for now, with 451, all that it would have asked it about [missing-table]\n");
}

TEST_CASE("mynetworks in main.cf and in its file has the checks of who may relay, and of its own grammar") {
  CHECK(
      said_of({{"main.cf",
                "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8 172.17.0.0/16 198.18.0.0/15\n"
                "  104.16.0.0/13 /etc/postfix/nets unknown 10.1 10.1.2.3/8 2001:db8::/32\n"},
               {"nets", "192.0.2.0/24 .example.net\n10.0.0.0/33\n"}}) ==
      "main.cf:2: warning: '172.17.0.0/16' is where a container host shows all clients from outside: through it the "
      "internet may relay [container-bridge]\n"
      "main.cf:3: warning: '104.16.0.0/13' lets 524,288 public addresses relay [wide-relay-net]\n"
      "main.cf:3: error: 'unknown' is what Postfix calls every client without a confirmed name: all of them may relay "
      "[unknown-in-mynetworks]\n"
      "main.cf:3: warning: '10.1' matches no client: an address has four numbers, and a network a mask: '10.1.0.0/16' "
      "[dead-table-key]\n"
      "main.cf:3: warning: '10.1.2.3/8' has bits set behind its mask: Postfix answers 451 4.3.0 to every IPv4 client "
      "that no pattern in front of it is for [host-bits-set]\n"
      "main.cf:3: error: '2001:db8::/32' is a table of the type '2001' to Postfix, which it has not: it answers 451 "
      "4.3.0 to every client that no pattern in front of it is for [unbracketed-ipv6]\n"
      "nets:1: warning: '.example.net' matches no client: 'example.net' without the dot is for the names below it "
      "[dead-table-key]\n"
      "nets:2: error: the mask in '10.0.0.0/33' is longer than 32: Postfix answers 451 4.3.0 to every IPv4 client that "
      "no pattern in front of it is for [bad-pattern]\n");
  CHECK(said_of({{"mynetworks", "0.0.0.0/0\n"}})
            .starts_with("mynetworks:1: error: this is an open relay: '0.0.0.0/0' lets "));
}

TEST_CASE("names in mynetworks are trust in DNS, and addresses are not") {
  CHECK(
      said_of({{"mynetworks", "192.0.2.7 [2001:db8::1] !bad.example.net\nexample.net\ncom\nlocalhost\n"}}) ==
      "mynetworks:2: warning: 'example.net' lets every client relay whose name is this or ends in it, wherever its "
      "address is [name-in-mynetworks]\n"
      "mynetworks:3: error: 'com' lets every client relay whose name is this or ends in it, wherever its address is "
      "[name-in-mynetworks]\n"
      "mynetworks:4: note: 'localhost' lets every client relay whose name is this or ends in it, wherever its address "
      "is [name-in-mynetworks]\n");
}

TEST_CASE("lists of domains in main.cf are held to be domains of one owner") {
  CHECK(
      said_of({{"main.cf", main_cf("relay_domains = *, 10.0.0.0/8 com .example.org\n  http://example.net example.net\n"
                                   "mydestination = localhost, mail.example.com, org\n")}}) ==
      "main.cf:4: warning: '*' in relay_domains is no domain that mail is sent to: there are no wildcards here "
      "[not-a-domain]\n"
      "main.cf:4: warning: '10.0.0.0/8' in relay_domains is no domain that mail is sent to: a name has letters, "
      "digits, '-' and '.' only [not-a-domain]\n"
      "main.cf:4: error: 'com' in relay_domains lets everybody send to every domain under it [public-suffix]\n"
      "main.cf:4: warning: '.example.org' in relay_domains is no domain that mail is sent to: names have no '.' in "
      "front there [not-a-domain]\n"
      "main.cf:5: warning: 'http://example.net' in relay_domains is a table of the type 'http' to Postfix, which it "
      "has not: it answers 451 4.3.0 for every recipient that comes as far [not-a-domain]\n"
      "main.cf:6: warning: 'org' in mydestination is where anybody can register: mail for user@org only is meant by "
      "it [public-suffix]\n");
}

TEST_CASE("tables that main.cf asks about clients have the checks of their formats, and are read once") {
  CHECK(
      said_of({{"main.cf", main_cf("smtpd_client_restrictions = check_client_access hash:/etc/postfix/client_access,\n"
                                   "  check_client_access cidr:/etc/postfix/nets.cidr\n")},
               {"client_access", "10.0.0.0/8 OK\nexample.net OK\nexample.net REJECT\n"},
               {"nets.cidr", "if 10.1.2.3/8\n0.0.0.0/0 OK\nendif\n"}}) ==
      "client_access:1: warning: '10.0.0.0/8' matches no client: networks are asked for by their octets "
      "[dead-table-key]\n"
      "client_access:3: error: the key 'example.net' stands there twice: of a texthash nothing can be looked up then, "
      "and every client that reaches it gets 451; postmap leaves this line out [repeated-key]\n"
      "nets.cidr:1: error: '10.1.2.3/8' has bits set behind its mask: Postfix skips the 'if' alone, and the rules "
      "behind it are for every client [broken-if]\n"
      "nets.cidr:2: warning: '0.0.0.0/0 OK' is for every IPv4 client that no rule above is for: in front of "
      "reject_unauth_destination the server is an open relay [permits-everybody]\n"
      "nets.cidr:3: error: Postfix skips this 'endif': there is no 'if' in front of it [broken-if]\n");
}

TEST_CASE("features of sendmail.mc that open the server are found, and those in comments are not") {
  CHECK(
      said_of({{"sendmail.mc",
                "dnl FEATURE(`promiscuous_relay')\n# FEATURE(`promiscuous_relay')\nFEATURE(`promiscuous_relay')dnl\n"
                "FEATURE(`relay_local_from')\nFEATURE(`relay_mail_from')\nFEATURE(`relay_entire_domain')\n"
                "FEATURE(`relay_based_on_MX')\nFEATURE(loose_relay_check)\nFEATURE(`accept_unresolvable_domains')\n"
                "FEATURE(`relay_hosts_only')\nMAILER(`smtp')\n"}}) ==
      "sendmail.mc:3: error: FEATURE(`promiscuous_relay') relays for everybody: the server is an open relay "
      "[promiscuous-relay]\n"
      "sendmail.mc:4: error: FEATURE(`relay_local_from') relays for everybody who writes one of the server's own "
      "domains behind MAIL FROM [sender-trust]\n"
      "sendmail.mc:5: error: FEATURE(`relay_mail_from') relays for everybody who writes an address with From:... RELAY "
      "behind MAIL FROM [sender-trust]\n"
      "sendmail.mc:6: warning: FEATURE(`relay_entire_domain') relays to and for every name in the domain of the "
      "server [relay-entire-domain]\n"
      "sendmail.mc:7: warning: FEATURE(`relay_based_on_MX') relays to every domain whose owner names the server as its "
      "MX [relay-based-on-mx]\n"
      "sendmail.mc:8: warning: FEATURE(`loose_relay_check') takes user%other@domain for every domain that is relayed "
      "to [loose-relay-check]\n"
      "sendmail.mc:9: note: FEATURE(`accept_unresolvable_domains') takes mail from senders whose domain does not "
      "exist: nobody can answer them [accept-unresolvable-domains]\n");
}

TEST_CASE("the access map and relay-domains are held against the features of sendmail.mc") {
  const std::string access =
      "Connect:10.1 SKIP\nFrom:boss@example.com RELAY\nTo:com RELAY\nTo:example.com RELAY\n.example.net RELAY\n";
  const std::string relayed = "jp\nexample.org\n.example.net\n10.1.\n10.0.0.0/8\n";
  CHECK(
      said_of({{"sendmail.mc", "FEATURE(`access_db')\n"}, {"access", access}, {"relay-domains", relayed}}) ==
      "access:1: warning: SKIP is no action without 'skip' among the arguments of FEATURE(`access_db'): mail is "
      "refused with 553 5.3.0 SKIP [not-an-action]\n"
      "access:2: warning: 'From:boss@example.com' RELAY lets nobody relay without FEATURE(`relay_mail_from'): it means "
      "OK [sender-trust]\n"
      "access:3: error: 'To:com' RELAY lets everybody send to every domain under 'com' [public-suffix]\n"
      "access:5: warning: Sendmail never asks for '.example.net': a '.' in front is only looked up with "
      "'lookupdotdomain' among the arguments of FEATURE(`access_db') [dead-table-key]\n"
      "relay-domains:1: error: 'jp' relays to every domain under it, and for every client whose name ends in it "
      "[public-suffix]\n"
      "relay-domains:4: note: '10.1.' is part of the private network 10.0.0.0/8: safe only while nothing shows "
      "strangers under such an address [private-net-relay]\n"
      "relay-domains:5: warning: '10.0.0.0/8' is no domain that mail is sent to: a name has letters, digits, '-' and "
      "'.' only [not-a-domain]\n");
  CHECK(
      said_of({{"sendmail.mc", "FEATURE(`access_db', , `skip', `lookupdotdomain')\nFEATURE(`relay_mail_from')\n"},
               {"access", access}}) ==
      "sendmail.mc:2: error: FEATURE(`relay_mail_from') relays for everybody who writes an address with From:... RELAY "
      "behind MAIL FROM [sender-trust]\n"
      "access:2: error: 'From:boss@example.com' RELAY: whoever writes this behind MAIL FROM relays [sender-trust]\n"
      "access:3: error: 'To:com' RELAY lets everybody send to every domain under 'com' [public-suffix]\n");
}

TEST_CASE("a sendmail.mc without a macro is said to be none") {
  CHECK(said_of({{"sendmail.mc", "this is no configuration\n"}}) ==
        "sendmail.mc:1: warning: no macro is in it: this configures nothing, and is no sendmail.mc [no-macro]\n");
  CHECK(said_of({{"sendmail.mc", "MAILER(`smtp')\n"}}).empty());
}

TEST_CASE("a feature that m4 does not find is said, with the name that is meant") {
  CHECK(said_of(
            {{"sendmail.mc", "FEATURE(`relay_based_on_mx')\nFEATURE(`our_own_one')\nFEATURE(`greet_pause', `5')\n"}}) ==
        "sendmail.mc:1: error: Sendmail has no FEATURE(`relay_based_on_mx'): m4 ends with an error, and the "
        "sendmail.cf that "
        "it wrote lacks the feature [unknown-feature]\n"
        "sendmail.mc:2: warning: Sendmail has no FEATURE(`our_own_one'): m4 ends with an error, and the sendmail.cf "
        "that it "
        "wrote lacks the feature [unknown-feature]\n");
}

TEST_CASE("what RELAY behind a mailbox does depends on the features, and is said where it does nothing") {
  const std::string access =
      "Connect:192.0.2 RELAY\nuser@example.com RELAY\nTo:user@example.com RELAY\nFrom:example.com RELAY\n";
  CHECK(said_of({{"sendmail.mc", "FEATURE(`access_db')\nFEATURE(`relay_mail_from')\n"}, {"access", access}}) ==
        "sendmail.mc:2: warning: FEATURE(`relay_mail_from') relays for everybody who writes an address with From:... "
        "RELAY "
        "behind MAIL FROM; the access map has no such address [sender-trust]\n"
        "access:2: warning: 'user@example.com' RELAY lets nobody send there without 'relaytofulladdress' among the "
        "arguments of FEATURE(`access_db'), and nobody relay who is called so: it means OK [dead-table-key]\n"
        "access:3: warning: 'To:user@example.com' RELAY lets nobody send there without 'relaytofulladdress' among the "
        "arguments of FEATURE(`access_db'): it means OK [dead-table-key]\n"
        "access:4: warning: 'From:example.com' RELAY lets nobody relay without 'domain' as the argument of "
        "FEATURE(`relay_mail_from'): it means OK [sender-trust]\n");
  CHECK(
      said_of({{"sendmail.mc", "FEATURE(`access_db', , `relaytofulladdress')\nFEATURE(`relay_mail_from', `domain')\n"},
               {"access", access}}) ==
      "sendmail.mc:2: error: FEATURE(`relay_mail_from') relays for everybody who writes an address with From:... RELAY "
      "behind MAIL FROM [sender-trust]\n"
      "access:4: error: 'From:example.com' RELAY: whoever writes this behind MAIL FROM relays [sender-trust]\n");
}

TEST_CASE("the entire domain of a host right under a suffix is everybody's") {
  const auto configured = [](const std::string& host) {
    return said_of({{"sendmail.mc", "define(`confDOMAIN_NAME', `" + host + "')\nFEATURE(`relay_entire_domain')\n"}});
  };
  const std::string always =
      "sendmail.mc:2: warning: FEATURE(`relay_entire_domain') relays to and for every name in the domain of the server "
      "[relay-entire-domain]\n";
  CHECK(configured("mx.example.com") == always);
  CHECK(configured("example.com") == always +
                                         "sendmail.mc:2: error: FEATURE(`relay_entire_domain') relays to every domain "
                                         "under 'com', and for every client "
                                         "whose name ends in it: the host is called 'example.com' [public-suffix]\n");
}

TEST_CASE("with relay_hosts_only words of relay-domains are hosts") {
  const std::string words = "example.com\nmx.example.com\n.example.net\n10.1.\n";
  CHECK(
      said_of({{"sendmail.mc", "FEATURE(`relay_hosts_only')\n"}, {"relay-domains", words}}) ==
      "relay-domains:1: note: 'example.com' is one host with FEATURE(`relay_hosts_only'): names below it are not meant "
      "[relay-hosts-only]\n"
      "relay-domains:3: warning: '.example.net' is for nobody: no host is called so, and FEATURE(`relay_hosts_only') "
      "takes words for hosts [dead-table-key]\n"
      "relay-domains:4: note: '10.1.' is part of the private network 10.0.0.0/8: safe only while nothing shows "
      "strangers under such an address [private-net-relay]\n");
}

TEST_CASE("networks that relay have the checks of such networks in Sendmail's files, too") {
  Folder folder;
  put(folder / "sendmail.mc", "FEATURE(`access_db')\n");
  put(folder / "access", "Connect:10 RELAY\nConnect:2 RELAY\nConnect:193.1 OK\nConnect:IPv6:2001 RELAY\n");
  put(folder / "relay-domains", "193.1\n192.0.2\n");
  CHECK(
      listing_of(check_paths({folder.path()})) ==
      "access:1: note: 'Connect:10' is the private network 10.0.0.0/8: safe only while nothing shows strangers under "
      "such an address [private-net-relay]\n"
      "access:2: warning: 'Connect:2' lets 16,777,216 public addresses relay, whoever they belong to [wide-relay-net]\n"
      "access:4: warning: 'Connect:IPv6:2001' lets a whole /16 of public IPv6 addresses relay [wide-relay-net]\n"
      "relay-domains:1: warning: '193.1' lets 65,536 public addresses relay [wide-relay-net]\n");
}

TEST_CASE("files in the manner of those that distributions ship have no finding at warning or above") {
  Folder folder;
  put(folder / "main.cf",
      "compatibility_level = 3.6\nsmtpd_banner = $myhostname ESMTP $mail_name\nbiff = no\nappend_dot_mydomain = no\n"
      "smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination\n"
      "myhostname = mail.example.com\nalias_maps = hash:/etc/aliases\nmyorigin = /etc/mailname\n"
      "mydestination = $myhostname, mail, localhost.localdomain, localhost\nrelayhost =\n"
      "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128\nmailbox_size_limit = 0\nrecipient_delimiter = +\n"
      "inet_interfaces = all\ninet_protocols = all\n");
  put(folder / "main.cf.tls", "smtpd_tls_cert_file=/etc/ssl/certs/snakeoil.pem\nsmtpd_tls_security_level=may\n");
  put(folder / "sendmail.mc",
      "divert(-1)dnl\ndivert(0)dnl\ndefine(`_USE_ETC_MAIL_')dnl\nOSTYPE(`debian')dnl\nDOMAIN(`debian-mta')dnl\n"
      "undefine(`confHOST_STATUS_DIRECTORY')dnl\nFEATURE(`no_default_msa')dnl\n"
      "DAEMON_OPTIONS(`Family=inet,  Name=MTA-v4, Port=smtp, Addr=127.0.0.1')dnl\nFEATURE(`use_cw_file')dnl\n"
      "FEATURE(`access_db', , `skip')dnl\nFEATURE(`delay_checks', `friend', `n')dnl\nMAILER(`local')dnl\n");
  put(folder / "access",
      "#Connect:10\t\t\tRELAY\nConnect:127\t\t\tRELAY\nGreetPause:127\t0\nConnect:IPv6:::1\tRELAY\n"
      "ClientRate:IPv6:::1\t0\nGreetPause:\t5000\n");
  put(folder / "relay-domains", "# nothing\n");
  put(folder / "local-host-names", "localhost\nmail.example.com\n");
  const CheckedText checked = check_paths({folder.path()});
  INFO(listing_of(checked));
  CHECK(checked.names(Severity::warning).empty());
  CHECK(checked.site.files.size() == 6);
}

TEST_CASE("what postconf -n prints is known by its text, and domain.cf is not taken for main.cf") {
  Folder folder;
  put(folder / "postconf.txt", "compatibility_level = 3.6\nmynetworks = 10.1.2.3/8\n");
  put(folder / "domain.cf", "mynetworks = 10.1.2.3/8\n");
  CHECK(check_paths({folder / "postconf.txt"}).names() == std::set<std::string>{"host-bits-set"});
  const CheckedText checked = check_paths({folder.path()});
  CHECK(!checked.known);
  CHECK(checked.site.failures.front().message() ==
        "cannot check the folder '" + folder.path() + "': no rule file is in it");
}

TEST_CASE("--program says whose files they are where no name does") {
  Folder folder;
  put(folder / "access", "To:com RELAY\n");
  put(folder / "settings", "compatibility_level = 3.6\n# nothing more\nrelay_domains = com\n");
  ReadOptions options;
  options.server = Server::sendmail;
  CHECK(check_paths({folder.path()}, options).names() == std::set<std::string>{"public-suffix"});
  options.server = Server::postfix;
  CHECK(check_paths({folder / "settings"}, options).names() == std::set<std::string>{"public-suffix"});
}

TEST_CASE("the networks in main.cf are checked as the settings of main.cf say") {
  Folder folder;
  put(folder / "main.cf", main_cf("biff = no\n"));
  const CheckedText checked = check_paths({folder.path()});
  REQUIRE(checked.site.policies.size() == 1);
  CHECK(checked.site.policies.front().span.begin == checked.site.files.front().source->base());
}

TEST_CASE("a comment allows what is said of a server's file") {
  CHECK(said_of({{"sendmail.mc",
                  "# relayrules: allow relay-based-on-mx the domains are ours\n"
                  "FEATURE(`relay_based_on_MX')\nMAILER(`smtp')\n"},
                 {"main.cf",
                  "# relayrules: allow host-bits-set the next release has it\nmynetworks = 10.1.2.3/8\n"
                  "compatibility_level = 3.6\n"}})
            .empty());
}

TEST_CASE("a connector of Exchange that relays for strangers is found, and one for a private network is not") {
  const auto connector = [](const std::string& ranges) {
    return "[{\"Identity\":\"EX1\\\\Relay\",\"Enabled\":true,\"Bindings\":[\"0.0.0.0:25\"],\n\"RemoteIPRanges\":[" +
           ranges + "],\n\"PermissionGroups\":\"AnonymousUsers, Custom\",\"AuthMechanism\":\"Tls\"}]";
  };
  const std::string rights =
      "[{\"Identity\":\"EX1\\\\Relay\",\"User\":\"NT AUTHORITY\\\\ANONYMOUS LOGON\",\"Deny\":false,"
      "\"ExtendedRights\":[\"ms-Exch-SMTP-Accept-Any-Recipient\"]}]";
  const std::string all = "\"0.0.0.0-255.255.255.255\",\"10.0.0.0/8\"";
  CHECK(said_of({{"receive-connectors.json", connector(all)}, {"ad-permissions.json", rights}}) ==
        "receive-connectors.json:2: error: this is an open relay: '0.0.0.0-255.255.255.255' lets 3,702,258,688 public "
        "addresses (100 % of the internet), for instance 1.0.0.1, send to any domain [open-relay]\n"
        "receive-connectors.json:2: warning: '0.0.0.0-255.255.255.255' lets 3,702,258,688 public addresses relay, "
        "whoever they belong to [wide-relay-net]\n");
  // without the right that relays, and for one address of the owner's
  CHECK(said_of({{"receive-connectors.json", connector(all)}}).empty());
  CHECK(said_of({{"receive-connectors.json", connector("\"8.8.8.8\"")}, {"ad-permissions.json", rights}}).empty());
}

TEST_CASE("an accepted domain for every domain is found, and one's own are not") {
  CHECK(said_of({{"accepted-domains.json", "[{\"DomainName\":\"*\"},{\"DomainName\":\"example.org\"}]"}}) ==
        "accepted-domains.json:1: error: the accepted domain '*' takes mail for every domain from everybody "
        "[accepts-every-domain]\n");
  CHECK(said_of({{"accepted-domains.json", "[{\"DomainName\":\"*.example.org\"}]"}}).empty());
}

TEST_CASE("an old SMTP virtual server that relays for all but a list is found") {
  const auto server = [](const char* list) {
    return "[{\"RelayIpList\":{\"GrantByDefault\":" + std::string(list) + "},\"RelayForAuth\":true}]";
  };
  CHECK(said_of({{"smtp-virtual-server.json", server("true,\"IPDeny\":[\"10.0.0.1\"]")}}).find("[open-relay]") !=
        std::string::npos);
  CHECK(said_of({{"smtp-virtual-server.json", server("false,\"IPGrant\":[\"8.8.8.8\"]")}}).empty());
}

TEST_CASE("networks by class are found where nothing else says who relays") {
  const std::string by_class = "compatibility_level = 3.6\nmynetworks_style = class\n";
  CHECK(
      said_of({{"main.cf", by_class}}) ==
      "main.cf:2: warning: mynetworks_style = class: every address in the class A, B or C network around each of this "
      "host's relays [mynetworks-style-class]\n");
  CHECK(said_of({{"main.cf", by_class + "mynetworks = 127.0.0.0/8\n"}}).empty());
}

TEST_CASE("in main.cf a comment is for the whole parameter, and not for what follows it") {
  CHECK(said_of({{"main.cf", main_cf("# relayrules: allow public-suffix a test\nrelay_domains = a.example\n# more\n\n"
                                     "  com\n\torg\nmydestination = b.example,\n  net\n")}}) ==
        "main.cf:11: warning: 'net' in mydestination is where anybody can register: mail for user@net only is meant by "
        "it [public-suffix]\n");
}

}  // namespace core
