// Lookups in well-formed files: the order of the keys, addresses, names, and arguments that are refused.
// Damaged and foreign files are in damage_test.cpp; conformance_test.cpp compares with the real tcprulescheck.
// Invariant: "by" names the key as it stands in the file; two keys of the same bytes cannot be told apart, so none
// repeat.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "rule_cdb.hpp"

namespace {

/// All keys that can answer 1.2.3.4, a.b.c, ident joe, in the order of the manual.
const std::vector<std::string_view> all_keys = {"joe@1.2.3.4", "joe@=a.b.c", "1.2.3.4", "=a.b.c", "1.2.3.", "1.2.",
                                                "1.",          "=.b.c",      "=.c",     "=",      ""};

}  // namespace

TEST_CASE("the keys of a client are asked in the order of the manual") {
  for (size_t first = 0; first < all_keys.size(); ++first) {
    Records records;
    for (size_t i = all_keys.size(); i-- > first;) records.emplace_back(all_keys[i], "");
    CHECK(ask(records, client("1.2.3.4", "a.b.c", "joe")) == "allow by " + std::string(all_keys[first]));
  }
  CHECK(ask(Records{}, client("1.2.3.4", "a.b.c", "joe")) == "no match");
}

TEST_CASE("keys that need a host or an info are not asked without") {
  const Records named = {{"=", ""}, {"@1.2.3.4", ""}, {"=a", ""}, {"joe@1.2.3.4", ""}};
  CHECK(ask(named, client("1.2.3.4")) == "no match");
  CHECK(ask(named, client("1.2.3.4", "b")) == "allow by =");
}

TEST_CASE("an empty host and an empty info are present") {
  CHECK(ask({{"=", ""}}, client("1.2.3.4", ""sv)) == "allow by =");
  CHECK(ask({{"@1.2.3.4", ""}}, client("1.2.3.4", {}, ""sv)) == "allow by @1.2.3.4");
  CHECK(ask({{"@=", ""}}, client("1.2.3.4", ""sv, ""sv)) == "allow by @=");
}

TEST_CASE("a host is asked in lower case, an info as it is") {
  const Records records = {{"=mail.example.org", ""}, {"=.Example.net", "D\0"sv}, {"Joe@=x.y", "D\0"sv}};
  CHECK(ask(records, client("1.2.3.4", "MAIL.Example.ORG")) == "allow by =mail.example.org");
  CHECK(ask(records, client("1.2.3.4", "a.Example.net")) == "no match");
  CHECK(ask(records, client("1.2.3.4", "X.Y", "Joe")) == "deny by Joe@=x.y");
  CHECK(ask(records, client("1.2.3.4", "X.Y", "joe")) == "no match");
  CHECK(ask({{"=\xc3\x84.org", ""}}, client("1.2.3.4", "\xc3\x84.ORG")) == "allow by =\xc3\x84.org");
}

TEST_CASE("the first of two records with one key counts") {
  CHECK(ask({{"1.2.3.4", "D\0"sv}, {"1.2.3.4", ""}}, client("1.2.3.4")) == "deny by 1.2.3.4");
}

TEST_CASE("a host with more labels than a batch holds finds each of its suffixes") {
  std::string host = "h";
  for (int i = 0; i < 60; ++i) host += ".l" + std::to_string(i);
  for (size_t dot = host.find('.'); dot != std::string::npos; dot = host.find('.', dot + 1)) {
    const std::string key = "=" + host.substr(dot);
    CHECK(ask({{"", "D\0"sv}, {key, ""}}, client("1.2.3.4", host)) == "allow by " + key);
  }
  CHECK(ask({{"", "D\0"sv}}, client("1.2.3.4", host)) == "deny by ");
}

TEST_CASE("an IPv4-mapped address is asked as IPv4, however it is spelt") {
  const Records records = {{"10.1.2.", "D\0"sv}, {"0.0.0.255", ""}, {"::10.1.2.3", ""}};
  for (const char* ip : {"10.1.2.3", "::ffff:10.1.2.3", "::FFFF:10.1.2.3", "::ffff:a01:203", "::FfFf:0A01:0203",
                         "0:0:0:0:0:ffff:a01:203", "0000:0000:0000:0000:0000:ffff:10.1.2.3"}) {
    CAPTURE(ip);
    CHECK(ask(records, client(ip)) == "deny by 10.1.2.");
  }
  CHECK(ask(records, client("::ffff:0:ff")) == "allow by 0.0.0.255");
  CHECK(ask(records, client("::10.1.2.3")) == "allow by ::10.1.2.3");
}

TEST_CASE("a deny for an IPv6 address holds however the address is spelt") {
  const Records records = {{"2001:db8::1", "D\0"sv}, {"joe@2001:db8::1", "D\0"sv}};
  for (const char* ip : {"2001:db8::1", "2001:DB8::1", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8:0::0:1",
                         "2001:DB8:0:0:0:0:0:1", "2001:db8::0.0.0.1"}) {
    CAPTURE(ip);
    CHECK(ask(records, client(ip)) == "deny by 2001:db8::1");
    CHECK(ask(records, client(ip, {}, "joe")) == "deny by joe@2001:db8::1");
  }
  CHECK(ask({{"::10.1.2.3", "D\0"sv}}, client("::A01:203")) == "deny by ::10.1.2.3");
}

TEST_CASE("an IPv6 address has no prefixes at its colons") {
  const Records records = {{"2001:db8:", "D\0"sv}, {"2001:", "D\0"sv}, {"2001:db8::", "D\0"sv}};
  CHECK(ask(records, client("2001:db8::1")) == "no match");
}

TEST_CASE("an address that is none is refused and denied") {
  for (const std::string_view ip : {""sv,
                                    "1.2.3"sv,
                                    "1.2.3."sv,
                                    "1.2.3.4."sv,
                                    "1.2.3.4.5"sv,
                                    "1.2.3.256"sv,
                                    "01.2.3.4"sv,
                                    "1.2.3.00"sv,
                                    "1..3.4"sv,
                                    ".1.2.3"sv,
                                    "1.2.3.4 "sv,
                                    " 1.2.3.4"sv,
                                    "1.2.3.-4"sv,
                                    "1.2.3.4444"sv,
                                    "0x1.2.3.4"sv,
                                    "1.2.3.4\0"sv,
                                    "1,2.3.4"sv,
                                    "::1%lo"sv,
                                    "fe80::1%eth0"sv,
                                    ":::"sv,
                                    "1:2:3"sv,
                                    "[::1]"sv,
                                    "unknown"sv,
                                    "::ffff:1.2.3.256"sv,
                                    "::ffff:01.2.3.4"sv,
                                    "1111:2222:3333:4444:5555:6666:255.255.255.2555"sv,
                                    std::string_view{}}) {
    CAPTURE(ip);
    CHECK(ask({{"", ""}}, client(ip)) == "deny: RR_BAD_ADDRESS");
  }
}

TEST_CASE("an address may be given as bytes or as a socket address") {
  const Records records = {{"10.1.2.3", "D\0"sv}, {"2001:db8::1", "D\0"sv}, {"", ""}};
  sockaddr_storage storage = {};
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(storage);
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(25);
  REQUIRE(inet_pton(AF_INET, "10.1.2.3", &ipv4.sin_addr) == 1);
  CHECK(ask(records, binary_client(RR_BYTES, &ipv4.sin_addr, 4)) == "deny by 10.1.2.3");
  CHECK(ask(records, binary_client(RR_SOCKADDR, &ipv4, sizeof ipv4)) == "deny by 10.1.2.3");
  CHECK(ask(records, binary_client(RR_SOCKADDR, &storage, sizeof storage)) == "deny by 10.1.2.3");
  auto& ipv6 = reinterpret_cast<sockaddr_in6&>(storage);
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_scope_id = 2;
  for (const auto& [text, answer] : {std::pair{"2001:db8::1", "deny by 2001:db8::1"},
                                     {"::ffff:10.1.2.3", "deny by 10.1.2.3"},
                                     {"2001:db8::2", "allow by "}}) {
    CAPTURE(text);
    REQUIRE(inet_pton(AF_INET6, text, &ipv6.sin6_addr) == 1);
    CHECK(ask(records, binary_client(RR_BYTES, &ipv6.sin6_addr, 16)) == answer);
    CHECK(ask(records, binary_client(RR_SOCKADDR, &ipv6, sizeof ipv6)) == answer);
    CHECK(ask(records, binary_client(RR_SOCKADDR, &storage, sizeof storage)) == answer);
    std::string elsewhere = "x" + std::string(reinterpret_cast<const char*>(&ipv6), sizeof ipv6);
    CHECK(ask(records, binary_client(RR_SOCKADDR, elsewhere.data() + 1, sizeof ipv6)) == answer);
  }
}

TEST_CASE("binary that holds no IP address is refused and denied") {
  const Records records = {{"", ""}};
  const std::string bytes(64, '\1');
  for (const size_t size : {0, 1, 3, 5, 15, 17, 64})
    CHECK(ask(records, binary_client(RR_BYTES, bytes.data(), size)) == "deny: RR_BAD_ADDRESS");
  sockaddr_in6 ipv6 = {};
  ipv6.sin6_family = AF_INET6;
  for (size_t size = 0; size < sizeof ipv6; ++size)
    CHECK(ask(records, binary_client(RR_SOCKADDR, &ipv6, size)) == "deny: RR_BAD_ADDRESS");
  ipv6.sin6_family = AF_INET;
  for (size_t size = 0; size < sizeof(sockaddr_in); ++size)
    CHECK(ask(records, binary_client(RR_SOCKADDR, &ipv6, size)) == "deny: RR_BAD_ADDRESS");
  sockaddr_un local = {};
  local.sun_family = AF_UNIX;
  CHECK(ask(records, binary_client(RR_SOCKADDR, &local, sizeof local)) == "deny: RR_BAD_ADDRESS");
  for (const rr_form form : {RR_TEXT, RR_BYTES, RR_SOCKADDR}) {
    CHECK(ask(records, binary_client(form, nullptr, 0)) == "deny: RR_BAD_ADDRESS");
    CHECK(ask(records, binary_client(form, nullptr, 4)) == "deny: RR_BAD_ARGUMENT");
  }
}

TEST_CASE("a form or a scheme that the library does not know is refused") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", ""}});
  Opened db(folder / "rules.cdb");
  rr_client who = client("1.2.3.4");
  rr_options options = RR_OPTIONS_INIT;
  for (const int number : {-1, 3, 99}) {
    memcpy(&who.form, &number, sizeof number);
    CHECK(ask(db, who) == "deny: RR_BAD_ARGUMENT");
    memcpy(&options.scheme, &number, sizeof number);
    rr_db* opened = db;
    CHECK(rr_open((folder / "rules.cdb").c_str(), &options, &opened) == RR_BAD_ARGUMENT);
    CHECK(opened == nullptr);
    opened = db;
    CHECK(rr_open_fd(0, &options, &opened) == RR_BAD_ARGUMENT);
    CHECK(opened == nullptr);
  }
  options = RR_OPTIONS_INIT;
  for (const size_t size : {size_t{0}, sizeof options - 1, sizeof options + 1, SIZE_MAX}) {
    options.size = size;
    rr_db* opened = db;
    CHECK(rr_open((folder / "rules.cdb").c_str(), &options, &opened) == RR_BAD_ARGUMENT);
    CHECK(opened == nullptr);
  }
}

TEST_CASE("every number of 0 to 255 is an octet in every place, and no other is") {
  const Records records = {{"", ""}};
  Folder folder;
  write_cdb(folder / "rules.cdb", records);
  Opened db(folder / "rules.cdb");
  for (int place = 0; place < 4; ++place) {
    for (int number = 0; number <= 1100; ++number) {
      std::string ip;
      for (int i = 0; i < 4; ++i) ip += std::to_string(i == place ? number : 10 * i) + (i < 3 ? "." : "");
      const bool valid = number <= 255;
      if (ask(db, client(ip)) != (valid ? "allow by " : "deny: RR_BAD_ADDRESS")) FAIL(ip);
    }
  }
}

TEST_CASE("a client that was not set up is refused and denied") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", "+RELAYCLIENT=\0"sv}});
  Opened db(folder / "rules.cdb");
  CHECK(ask(db, client("1.2.3.4")) == "allow relay by ");
  rr_client who = client("1.2.3.4");
  for (const size_t size : {size_t{0}, sizeof who - 1, sizeof who + 1, SIZE_MAX}) {
    who.size = size;
    CHECK(ask(db, who) == "deny: RR_BAD_ARGUMENT");
  }
  who.size = sizeof who;
  who.ip = nullptr;
  CHECK(ask(db, who) == "deny: RR_BAD_ARGUMENT");
  who = client("1.2.3.4");
  who.host_len = 3;
  CHECK(ask(db, who) == "deny: RR_BAD_ARGUMENT");
  who = client("1.2.3.4");
  who.info_len = 3;
  CHECK(ask(db, who) == "deny: RR_BAD_ARGUMENT");
  CHECK(ask(db, client("1.2.3.4", "a\0b"sv)) == "deny: RR_BAD_ARGUMENT");
  CHECK(ask(db, client("1.2.3.4", {}, "a\0b"sv)) == "deny: RR_BAD_ARGUMENT");
  CHECK(ask(static_cast<rr_db*>(nullptr), client("1.2.3.4")) == "deny: RR_BAD_ARGUMENT");
}

TEST_CASE("every refusal leaves a denying result") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", ""}});
  Opened db(folder / "rules.cdb");
  const rr_client who = client("1.2.3.4");
  rr_result result = RR_RESULT_INIT;
  CHECK(rr_lookup(db, &who, nullptr) == RR_BAD_ARGUMENT);
  result.verdict = RR_ALLOW;
  CHECK(rr_lookup(db, nullptr, &result) == RR_BAD_ARGUMENT);
  CHECK(result.verdict == RR_DENY);
  for (const size_t size : {size_t{0}, sizeof result - 1, sizeof result + 1, SIZE_MAX}) {
    result.size = size;
    result.verdict = RR_ALLOW;
    CHECK(rr_permits(&result, RR_ALLOW) == 0);
    CHECK(rr_lookup(db, &who, &result) == RR_BAD_ARGUMENT);
    CHECK(result.verdict == RR_DENY);
    CHECK(rr_permits(&result, RR_ALLOW) == 0);
    rr_result_release(&result);
  }
}

TEST_CASE("only an allow permits, and the caller says what no match means") {
  rr_result result = RR_RESULT_INIT;
  CHECK(rr_permits(&result, RR_ALLOW) == 0);
  CHECK(rr_permits(nullptr, RR_ALLOW) == 0);
  result.verdict = RR_ALLOW;
  CHECK(rr_permits(&result, RR_DENY) == 1);
  result.verdict = RR_NOMATCH;
  CHECK(rr_permits(&result, RR_ALLOW) == 1);
  CHECK(rr_permits(&result, RR_DENY) == 0);
  CHECK(rr_permits(&result, RR_NOMATCH) == 0);
  result = {};
  CHECK(rr_permits(&result, RR_ALLOW) == 0);
}

TEST_CASE("a file that cannot be opened gives no handle and says why") {
  Folder folder;
  rr_db* db = reinterpret_cast<rr_db*>(&folder);
  CHECK(rr_open((folder / "missing").c_str(), nullptr, &db) == RR_SYSTEM);
  CHECK(errno == ENOENT);
  CHECK(db == nullptr);
  CHECK(rr_open("/tmp", nullptr, &db) == RR_SYSTEM);
  CHECK(rr_open_fd(-1, nullptr, &db) == RR_SYSTEM);
  CHECK(errno == EBADF);
  CHECK(rr_open(nullptr, nullptr, &db) == RR_BAD_ARGUMENT);
  CHECK(rr_open("/tmp", nullptr, nullptr) == RR_BAD_ARGUMENT);
  REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
  CHECK(rr_open((folder / "fifo").c_str(), nullptr, &db) == RR_CORRUPT);
  CHECK(db == nullptr);
  rr_close(nullptr);
}

TEST_CASE("a handle from a descriptor needs neither the descriptor nor a path") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"1.", "D\0"sv}});
  const int fd = open((folder / "rules.cdb").c_str(), O_RDONLY | O_CLOEXEC);
  rr_db* db = nullptr;
  REQUIRE(rr_open_fd(fd, nullptr, &db) == RR_OK);
  close(fd);
  CHECK(ask(db, client("1.2.3.4")) == "deny by 1.");
  CHECK(rr_is_stale(db) == 0);
  CHECK(rr_refresh(db, nullptr) == RR_BAD_ARGUMENT);
  rr_close(db);
}

TEST_CASE("every status has its own message") {
  CHECK(rr_strerror(RR_OK) == "no error"sv);
  CHECK(rr_strerror(RR_SYSTEM) == "the system refused the file or the memory"sv);
  CHECK(rr_strerror(RR_CORRUPT) == "the file is damaged or no CDB"sv);
  CHECK(rr_strerror(RR_FOREIGN) == "the record was not written by tcprules"sv);
  CHECK(rr_strerror(RR_BAD_ARGUMENT) == "the call was given a bad argument"sv);
  CHECK(rr_strerror(RR_BAD_ADDRESS) == "the client's address is no IP address"sv);
  CHECK(rr_strerror(RR_BUSY) == "others are at it, or too many old files are held by results"sv);
  CHECK(rr_version() == std::string_view(RELAYRULES_VERSION));
}
