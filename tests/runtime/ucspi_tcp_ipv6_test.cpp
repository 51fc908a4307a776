// Lookups in files of Debian's ucspi-tcp-ipv6, beside its own tcprules and tcprulescheck.
// The package conflicts with ucspi-tcp, so it is unpacked into the build folder.
// Compat: its tcpserver shortens even a single zero group, where inet_ntop and RFC 5952 do not. The addresses below are
// spelt as it puts them into TCPREMOTEIP.
#include <arpa/inet.h>

#include <cstring>

#include "real_programs.hpp"

namespace {

const std::string package = RELAYRULES_BINARY_DIR "/real/ucspi-tcp-ipv6";
const RealPrograms programs{package + "/usr/bin/tcprules", package + "/usr/bin/tcprulescheck"};

const std::string names[] = {"a.example.net", "example.net", ""};
const std::string infos[] = {"joe"};

/// Zero groups at every place, alone and in runs, two runs of one length, and neighbours that share a beginning.
const char* const addresses[] = {
    "2001:db8::1:1:1:1:5", "2001:db8::1",      "2001:db8::1:0:0:5", "1::2:3:4:0",   "::1:2:3:4:5", "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",     "2:fe80:1:0:10::2", "2001:db8:0:1::1",   "2001:db8:1::", "::1",         "::",
    "::a01:203",           "fe80::dead:beef",  "1:2:3:4:5:6:7:8",   "10.1.2.3",     "10.1.20.3"};

bool have_real_programs() {
  const std::string script = "sh '" RELAYRULES_SOURCE_DIR "/tests/real/unpack.sh' ucspi-tcp-ipv6 '" + package + "'";
  return system(script.c_str()) == 0 || skip("ucspi-tcp-ipv6 could not be unpacked");
}

std::vector<Asked> all_clients() {
  std::vector<Asked> clients;
  for (const char* ip : addresses) {
    for (const std::string* host : {static_cast<const std::string*>(nullptr), names, names + 1, names + 2}) {
      for (const std::string* info : {static_cast<const std::string*>(nullptr), infos})
        clients.push_back({ip, host, info});
    }
  }
  return clients;
}

/// Addresses, each of their beginnings, upper case, the spelling of inet_ntop, and names.
std::vector<std::string> all_patterns() {
  std::vector<std::string> patterns = {"",
                                       "=",
                                       "=example.net",
                                       "=.example.net",
                                       "=.net",
                                       "joe@=example.net",
                                       "2001:DB8::1",
                                       "2001:db8:0:1:1:1:1:5",
                                       "2001:0db8::1",
                                       ":"};
  for (const std::string ip : addresses) {
    patterns.push_back("joe@" + ip);
    for (size_t length = 1; length <= ip.size(); ++length) {
      if (length == ip.size() || ip[length - 1] == ':' || ip[length - 1] == '.')
        patterns.push_back(ip.substr(0, length));
    }
  }
  return patterns;
}

/// The same address in other words: long, in upper case, as inet_ntop has it, and in binary. Each must get one answer.
void compare(const Folder& folder, rr_db* db, const Asked& asked) {
  CAPTURE(describe(asked), read_bytes(folder / "rules"));
  const std::string expected = programs.answer(folder, asked);
  rr_client who = client(asked.ip, view_of(asked.host), view_of(asked.info));
  CHECK(ours(db, who) == expected);
  in6_addr address;
  if (inet_pton(AF_INET6, asked.ip.c_str(), &address) != 1) return;
  char text[INET6_ADDRSTRLEN];
  who.ip = inet_ntop(AF_INET6, &address, text, sizeof text);
  who.ip_len = strlen(text);
  CHECK(ours(db, who) == expected);
  std::string long_text;
  for (int i = 0; i < 16; ++i) {
    char digits[4];
    snprintf(digits, sizeof digits, "%02X%s", address.s6_addr[i], i % 2 && i < 15 ? ":" : "");
    long_text += digits;
  }
  who.ip = long_text.data();
  who.ip_len = long_text.size();
  CHECK(ours(db, who) == expected);
  who.form = RR_BYTES;
  who.ip = &address;
  who.ip_len = sizeof address;
  CHECK(ours(db, who) == expected);
}

}  // namespace

TEST_CASE("ucspi-tcp-ipv6: IPv6 is spelt as its tcpserver does") {
  for (const std::string_view ip : addresses) {
    std::string key(ip);
    CHECK(ask({{key, "D\0"sv}, {"", ""}}, client(ip), RR_UCSPI_TCP_IPV6) == "deny by " + key);
  }
  CHECK(ask({{"2001:db8:0:1:1:1:1:5", ""}}, client("2001:db8:0:1:1:1:1:5"), RR_UCSPI_TCP_IPV6) == "no match");
  CHECK(ask({{"10.1.", "D\0"sv}}, client("::ffff:10.1.2.3"), RR_UCSPI_TCP_IPV6) == "deny by 10.1.");
}

TEST_CASE("ucspi-tcp-ipv6: a small world gets the answers of its tcprulescheck") {
  if (!have_real_programs()) return;
  const std::string instructions[] = {":deny", ":allow", ":allow,RELAYCLIENT=\"\"", ":allow,A=\"x=y\""};
  std::mt19937 random(choose_seed());
  const std::vector<Asked> clients = all_clients();
  const std::vector<std::string> patterns = all_patterns();
  Folder folder;
  for (unsigned round = 0; round < 16; ++round) {
    std::string rules;
    for (const std::string& pattern : patterns) {
      if (random() % (1 + round) == 0) rules += pattern + instructions[random() % std::size(instructions)] + "\n";
    }
    programs.compile(folder, rules);
    Opened db(folder / "rules.cdb", RR_UCSPI_TCP_IPV6);
    for (const Asked& asked : clients) compare(folder, db, asked);
  }
}
