// The store of grants: what is granted and for how long, whom it is refused, and which files in it grant nothing. Times
// are given, and no test waits. What a store itself may not be is in grants_folder_test.cpp.
#include <sys/file.h>
#include <sys/resource.h>

#include <csignal>

#include "grants_store.hpp"

TEST_CASE("a login grants its address for fifteen minutes, and no other") {
  NewStore made;
  Store store(made.path);
  CHECK(store.look("192.0.2.8") == "none");
  REQUIRE(store.add("192.0.2.8") == RR_OK);
  CHECK(store.look("192.0.2.8") == "valid");
  CHECK(store.grant.user == "joe"sv);
  CHECK(store.grant.service == "pop3"sv);
  CHECK(store.grant.time == noon);
  CHECK(store.grant.expires == noon + 900);
  CHECK(store.look("192.0.2.8", noon + 899) == "valid");
  CHECK(store.look("192.0.2.8", noon + 900) == "expired");
  CHECK(store.look("192.0.2.9") == "none");
  CHECK(text_of(made.path + "/192.0.2.8") == record("192.0.2.8"));
  CHECK(hidden(made.path) == ".lock .users ");
}

TEST_CASE("a login from the future is none, but for five seconds; another login renews") {
  NewStore made;
  Store store(made.path);
  REQUIRE(store.add("192.0.2.8", "joe", noon) == RR_OK);
  CHECK(store.look("192.0.2.8", noon - 5) == "valid");
  CHECK(store.look("192.0.2.8", noon - 6) == "future");
  REQUIRE(store.add("192.0.2.8", "ann", noon + 800) == RR_OK);
  CHECK(store.look("192.0.2.8", noon + 1600) == "valid");
  CHECK(store.grant.user == "ann"sv);
}

TEST_CASE("all spellings of an address are one: a mapped one is IPv4") {
  NewStore made;
  Store store(made.path);
  REQUIRE(store.add("::ffff:192.0.2.8") == RR_OK);
  CHECK(store.look("192.0.2.8") == "valid");
  CHECK(store.look("::FFFF:c000:208") == "valid");
  REQUIRE(store.add("2001:DB8:0:0::1") == RR_OK);
  CHECK(store.look("2001:db8::1") == "valid");
  CHECK(store.look("2001:db8::2") == "none");
  CHECK(store.list() == "192.0.2.8 joe; 2001:db8::1 joe; ");
  for (const char* wrong : {"", "192.0.2", "192.0.2.08", "fe80::1%eth0", "../192.0.2.8", "x"}) {
    CHECK(store.look(wrong) == "(6)");
    CHECK(store.add(wrong) == RR_BAD_ADDRESS);
  }
}

TEST_CASE("a grant is for more of an IPv6 address only where writer and reader say so") {
  NewStore made;
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.ipv6_bits = 64;
  Store wide(made.path, options);
  Store narrow(made.path);
  REQUIRE(wide.add("2001:db8::1") == RR_OK);
  CHECK(wide.list() == "2001:db8::/64 joe; ");
  CHECK(wide.look("2001:db8::ffff:2") == "valid");
  CHECK(wide.look("2001:db8:0:1::1") == "none");
  CHECK(narrow.look("2001:db8::1") == "none");
  REQUIRE(narrow.add("2001:db8:0:1::1") == RR_OK);
  CHECK(wide.look("2001:db8:0:1::1") == "valid");
  const rr_client other = at("2001:db8::9");
  CHECK(narrow.revoke(&other, nullptr) == 1);
  CHECK(wide.look("2001:db8::1") == "none");
}

TEST_CASE("loopback, multicast and configured gateways are never granted, and a record of one grants nothing") {
  NewStore made;
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.never = "192.0.2.1,10.0.0.0/8,2001:db8::/33";
  Store store(made.path, options);
  for (const char* never :
       {"127.0.0.1", "127.255.0.9", "::1", "::", "0.0.0.0", "224.0.0.1", "255.255.255.255", "ff02::1",
        "::ffff:127.0.0.1", "192.0.2.1", "10.1.2.3", "::ffff:10.1.2.3", "2001:db8:7fff::1"}) {
    INFO(never);
    CHECK(store.add(never) == RR_REFUSED);
    CHECK(store.look(never) == "never");
  }
  CHECK(store.add("10.1.2.3") == RR_REFUSED);
  CHECK(store.reason.text == "10.1.2.3 is never granted"sv);
  CHECK(store.add("2001:db8:8000::1") == RR_OK);
  CHECK(store.add("11.0.0.0") == RR_OK);
  write(made.path + "/10.0.0.9", record("10.0.0.9"));
  CHECK(store.look("10.0.0.9") == "never");
}

TEST_CASE("a user has so many addresses and no more, and gets room when one expires or is revoked") {
  NewStore made;
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.per_user = 2;
  Store store(made.path, options);
  REQUIRE(store.add("192.0.2.1") == RR_OK);
  REQUIRE(store.add("192.0.2.2", "joe", noon + 100) == RR_OK);
  CHECK(store.add("192.0.2.3", "joe", noon + 100) == RR_REFUSED);
  CHECK(store.reason.text == "192.0.2.3 gets no grant: user joe has 2 already"sv);
  CHECK(store.add("192.0.2.2", "joe", noon + 200) == RR_OK);  // renewed
  CHECK(store.add("192.0.2.3", "ann", noon + 100) == RR_OK);
  CHECK(store.add("192.0.2.4", "joe", noon + 900) == RR_OK);
  CHECK(store.add("192.0.2.5", "joe", noon + 900) == RR_REFUSED);
  const rr_client gone = at("192.0.2.4");
  CHECK(store.revoke(&gone, nullptr) == 1);
  CHECK(store.add("192.0.2.5", "joe", noon + 900) == RR_OK);
  CHECK(hidden(made.path) == ".lock .users ");
  for (int i = 10; i < 20; ++i) CHECK(store.add("192.0.2." + std::to_string(i), nullptr) == RR_OK);  // who has no name
}

TEST_CASE("a store holds so many grants and no more; it makes room by itself, not more than once a minute") {
  NewStore made;
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.in_total = 3;
  Store store(made.path, options);
  for (const char* ip : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) REQUIRE(store.add(ip) == RR_OK);
  CHECK(store.add("192.0.2.4") == RR_REFUSED);
  CHECK(store.reason.text == "'" + made.path + "' is full: it holds 3 grants");
  CHECK(store.add("192.0.2.3", "joe", noon + 10) == RR_OK);  // renewed
  CHECK(store.add("192.0.2.4", "joe", noon + 30) == RR_REFUSED);
  CHECK(store.add("192.0.2.4", "joe", noon + 901) == RR_OK);
  CHECK(store.list(noon + 901) == "192.0.2.3 joe; 192.0.2.4 joe; ");
  CHECK(text_of(made.path + "/.lock").substr(0, 2) == "2 ");
}

TEST_CASE("purge removes what has expired, idle users and what killed writers left, and counts anew") {
  NewStore made;
  Store store(made.path);
  REQUIRE(store.add("192.0.2.1", "joe", noon) == RR_OK);
  REQUIRE(store.add("192.0.2.2", "ann", noon + 500) == RR_OK);
  write(made.path + "/.lock", std::string(40, 'x'));
  REQUIRE(chmod((made.path + "/.lock").c_str(), 0600) == 0);
  write(made.path + "/.new-1-1.000000001", "half a rec");
  write(made.path + "/.new-1-1.000000002", "half a rec");
  const timespec old[2] = {{noon, 0}, {noon, 0}};
  REQUIRE(utimensat(AT_FDCWD, (made.path + "/.new-1-1.000000001").c_str(), old, 0) == 0);
  CHECK(store.purge(noon + 1000) == 1);
  CHECK(store.list(noon + 1000) == "192.0.2.2 ann; ");
  CHECK(hidden(made.path) == ".lock .new-1-1.000000002 .users ");
  CHECK(text_of(made.path + "/.lock").substr(0, 2) == "1 ");
  CHECK(std::distance(fs::directory_iterator(made.path + "/.users"), {}) == 1);
  CHECK(store.purge(noon + 2000) == 1);
  CHECK(store.list(noon + 1000).empty());
}

TEST_CASE("a user's grants are revoked wherever he is, and nobody else's") {
  NewStore made;
  Store store(made.path);
  for (const char* ip : {"192.0.2.1", "192.0.2.2", "2001:db8::1"}) REQUIRE(store.add(ip, "joe") == RR_OK);
  REQUIRE(store.add("192.0.2.3", "joey") == RR_OK);
  CHECK(store.revoke(nullptr, "joe") == 3);
  CHECK(store.list() == "192.0.2.3 joey; ");
  const rr_client client = at("192.0.2.3");
  size_t removed = 0;
  CHECK(rr_grants_revoke(nullptr, &client, nullptr, &removed, nullptr) == RR_BAD_ARGUMENT);
}

TEST_CASE("names that others chose cannot write lines of their own") {
  NewStore made;
  Store store(made.path);
  REQUIRE(store.add("192.0.2.1", "joe\nservice x\nend\n%") == RR_OK);
  CHECK(store.look("192.0.2.1") == "valid");
  CHECK(store.grant.user == "joe%0Aservice%20x%0Aend%0A%25"sv);
  CHECK(store.add("192.0.2.2", std::string(256, 'u').c_str()) == RR_BAD_ARGUMENT);
  CHECK(store.add("192.0.2.2", std::string(255, 'u').c_str()) == RR_OK);
  CHECK(store.look("192.0.2.2") == "valid");
}

TEST_CASE("what is no record of its address grants nothing, and is said") {
  NewStore made;
  Store store(made.path);
  const std::string path = made.path + "/192.0.2.8";
  const std::string good = record("192.0.2.8");
  const auto but = [&](std::string_view what, std::string_view with) {
    std::string text = good;
    text.replace(text.find(what), what.size(), with);
    return text;
  };
  write(path, good);
  REQUIRE(store.look("192.0.2.8") == "valid");
  for (size_t size = 0; size < good.size(); ++size) {
    write(path, good.substr(0, size));
    CHECK(store.look("192.0.2.8") == "(2)");
  }
  for (const std::string& text : {good + "\n", good + good, record("192.0.2.9"), record("192.0.2.8/24"),
                                  but("grant 1", "grant 2"), but("900", "86401"), but("900", "-1"), but("900", " 900"),
                                  but("1700000000", "99999999999999999999"), but("joe", "jo e"), but("joe", "jo\xe9"),
                                  but("user", "User"), but("\nuser joe", ""), std::string(100000, 'a')}) {
    write(path, text);
    INFO(text.substr(0, 200));
    CHECK(store.look("192.0.2.8") == "(2)");
    CHECK(store.list() == "!192.0.2.8; ");
  }
  CHECK(store.look("192.0.2.8") == "(2)");
  CHECK(store.reason.text == "'" + path + "' is no record of a grant to that address: remove it");
  const rr_client client = at("192.0.2.8");
  CHECK(store.purge(noon) == 0);
  CHECK(store.revoke(&client, nullptr) == 1);
  CHECK(store.look("192.0.2.8") == "none");
}

TEST_CASE("a link, a folder, a pipe, a second name and a file that others can write grant nothing") {
  NewStore made;
  Store store(made.path);
  const std::string path = made.path + "/192.0.2.8";
  write(made.folder / "elsewhere", record("192.0.2.8"));
  REQUIRE(symlink((made.folder / "elsewhere").c_str(), path.c_str()) == 0);
  CHECK(store.look("192.0.2.8") == "(2)");
  CHECK(store.reason.text == "'" + path + "' is no regular file: remove it");
  CHECK(store.add("192.0.2.8") == RR_OK);  // the link is replaced, not followed
  CHECK(store.look("192.0.2.8") == "valid");
  fs::remove(path);
  REQUIRE(mkdir(path.c_str(), 0755) == 0);
  CHECK(store.look("192.0.2.8") == "(2)");
  CHECK(store.add("192.0.2.8") == RR_SYSTEM);
  CHECK(hidden(made.path) == ".lock .users ");
  fs::remove(path);
  REQUIRE(mkfifo(path.c_str(), 0644) == 0);
  CHECK(store.look("192.0.2.8") == "(2)");
  fs::remove(path);
  REQUIRE(link((made.folder / "elsewhere").c_str(), path.c_str()) == 0);
  CHECK(store.look("192.0.2.8") == "(7)");
  fs::remove(path);
  write(path, record("192.0.2.8"));
  REQUIRE(chmod(path.c_str(), 0664) == 0);
  CHECK(store.look("192.0.2.8") == "(7)");
  CHECK(store.reason.text == "'" + path + "' does not belong to the store's owner alone: remove it");
  if (geteuid() != 0) return;
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  REQUIRE(chown(path.c_str(), 65534, 65534) == 0);
  CHECK(store.look("192.0.2.8") == "(7)");
}

TEST_CASE("whoever holds the lock for too long stops no login for longer than a while") {
  NewStore made;
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.wait_ms = 50;
  Store store(made.path, options);
  REQUIRE(store.add("192.0.2.8") == RR_OK);
  const int fd = open((made.path + "/.lock").c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(flock(fd, LOCK_EX) == 0);
  CHECK(store.add("192.0.2.9") == RR_BUSY);
  CHECK(store.reason.text == "'" + made.path + "' was held by another process for 50 ms");
  CHECK(store.look("192.0.2.8") == "valid");
  CHECK(hidden(made.path) == ".lock .users ");
  close(fd);
  CHECK(store.add("192.0.2.9") == RR_OK);
}

TEST_CASE("a record that does not fit on the disk leaves the old one, and nothing behind") {
  NewStore made;
  Store store(made.path);
  REQUIRE(store.add("192.0.2.8") == RR_OK);
  struct rlimit old {};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &old) == 0);
  signal(SIGXFSZ, SIG_IGN);
  for (const rlim_t most : {0, 1, 30, 60}) {
    const struct rlimit small { most, old.rlim_max };
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    const rr_status renewed = store.add("192.0.2.8", "ann", noon + 500);
    const rr_status added = store.add("192.0.2.9");
    REQUIRE(setrlimit(RLIMIT_FSIZE, &old) == 0);
    CHECK(renewed == RR_SYSTEM);
    CHECK(added == RR_SYSTEM);
    CHECK(text_of(made.path + "/192.0.2.8") == record("192.0.2.8"));
    CHECK(hidden(made.path) == ".lock .users ");
  }
  signal(SIGXFSZ, SIG_DFL);
}

TEST_CASE("a grant is of use to whom the rules let in and do not let relay, unless his rule opts him out") {
  const Folder folder;
  write_cdb(folder / "rules", {{"192.0.2.66", "D\0"sv},
                               {"192.0.2.10", "+RELAYCLIENT=\0"sv},
                               {"192.0.2.20", "+RELAYGRANT=no\0"sv},
                               {"192.0.2.21", "+RELAYGRANT=no\0+RELAYGRANT=yes\0"sv},
                               {"192.0.2.22", "+RELAYGRANT=\0"sv},
                               {"192.0.2.30", "X"sv}});
  rr_db* db = nullptr;
  REQUIRE(rr_open((folder / "rules").c_str(), nullptr, &db) == RR_OK);
  const auto may = [&](std::string_view ip, rr_verdict on_nomatch) {
    const rr_client client = at(ip);
    rr_result result = RR_RESULT_INIT;
    [[maybe_unused]] const rr_status looked = rr_lookup(db, &client, &result);
    const int answer = rr_may_be_granted(&result, on_nomatch);
    rr_result_release(&result);
    return answer;
  };
  CHECK(may("192.0.2.66", RR_ALLOW) == 0);
  CHECK(may("192.0.2.10", RR_ALLOW) == 0);
  CHECK(may("192.0.2.20", RR_ALLOW) == 0);
  CHECK(may("192.0.2.21", RR_ALLOW) == 1);
  CHECK(may("192.0.2.22", RR_ALLOW) == 1);
  CHECK(may("192.0.2.30", RR_ALLOW) == 0);
  CHECK(may("192.0.2.40", RR_ALLOW) == 1);
  CHECK(may("192.0.2.40", RR_DENY) == 0);
  CHECK(rr_may_be_granted(nullptr, RR_ALLOW) == 0);
  rr_close(db);
}
