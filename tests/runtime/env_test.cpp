// The meaning of values: deny, relay, the edits in order, what is applied, and the C++ header over all of it.
// Values that mean nothing are in damage_test.cpp.
// Invariant: the tests change this process's environment; they use names of their own, except for RELAYCLIENT.
#include "relayrules/relayrules.hpp"

#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "rule_cdb.hpp"

namespace {

/// "allow relay by " of a catch-all with this value.
std::string meaning(std::string_view value) { return ask({{"", value}}, client("1.2.3.4")); }

std::string variable(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? "(unset)" : value;
}

/// Looks up a catch-all with this value, applies it and says how that went.
rr_status apply(std::string_view value) {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", value}});
  Opened db(folder / "rules.cdb");
  const rr_client who = client("1.2.3.4");
  rr_result result = RR_RESULT_INIT;
  REQUIRE(rr_lookup(db, &who, &result) == RR_OK);
  const rr_status status = rr_apply_env(&result);
  rr_result_release(&result);
  return status;
}

}  // namespace

TEST_CASE("a value denies if one of its chunks begins with D") {
  CHECK(meaning(""sv) == "allow by ");
  CHECK(meaning("D\0"sv) == "deny by ");
  CHECK(meaning("Dxyz\0"sv) == "deny by ");
  CHECK(meaning("+A=b\0D\0"sv) == "deny by ");
  CHECK(meaning("D\0+RELAYCLIENT=\0"sv) == "deny by ");
}

TEST_CASE("relay is set by RELAYCLIENT, whatever its value, unless it is unset later") {
  CHECK(meaning("+RELAYCLIENT=\0"sv) == "allow relay by ");
  CHECK(meaning("+A=b\0+RELAYCLIENT=@fixme\0+C=\0"sv) == "allow relay by ");
  CHECK(meaning("+RELAYCLIENT=\0-RELAYCLIENT\0"sv) == "allow by ");
  CHECK(meaning("-RELAYCLIENT\0+RELAYCLIENT=\0"sv) == "allow relay by ");
  CHECK(meaning("+RELAYCLIENT=\0D\0"sv) == "deny by ");
  CHECK(meaning("+ RELAYCLIENT=\0"sv) == "allow by ");
  CHECK(meaning("+RELAYCLIENTS=\0"sv) == "allow by ");
  CHECK(meaning("+relayclient=\0"sv) == "allow by ");
}

TEST_CASE("the edits come in order, sets and unsets, and skip the deny") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", "+A=b=c\0D\0-B\0+=x\0+C=\0"sv}});
  Opened db(folder / "rules.cdb");
  const rr_client who = client("1.2.3.4");
  rr_result result = RR_RESULT_INIT;
  REQUIRE(rr_lookup(db, &who, &result) == RR_OK);
  std::string edits;
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  size_t cursor = 0;
  while (rr_env_next(&result, &cursor, &edit)) {
    edits.append(edit.name, edit.name_len).append(edit.value ? "=" : " unset");
    if (edit.value) edits.append(edit.value, edit.value_len);
    edits.append("; ");
  }
  CHECK(edits == "A=b=c; B unset; =x; C=; ");
  CHECK(rr_env_next(&result, &cursor, &edit) == 0);
  CHECK(rr_env_next(nullptr, &cursor, &edit) == 0);
  CHECK(rr_env_next(&result, nullptr, &edit) == 0);
  CHECK(rr_env_next(&result, &cursor, nullptr) == 0);
  cursor = SIZE_MAX;
  CHECK(rr_env_next(&result, &cursor, &edit) == 0);
  cursor = edit.size = 0;
  CHECK(rr_env_next(&result, &cursor, &edit) == 0);
  rr_result_release(&result);
}

TEST_CASE("the edits of an allow are applied, names that nobody could ask for are skipped") {
  setenv("RR_TEST_OLD", "old", 1);
  unsetenv("RR_TEST_NEW");
  CHECK(apply("+RR_TEST_NEW=a=b\0-RR_TEST_OLD\0+=x\0-\0-A=B\0+RR_TEST_EMPTY=\0"sv) == RR_OK);
  CHECK(variable("RR_TEST_NEW") == "a=b");
  CHECK(variable("RR_TEST_OLD") == "(unset)");
  CHECK(variable("RR_TEST_EMPTY").empty());
  CHECK(apply("+RR_TEST_NEW=c\0-RR_TEST_NEW\0+RR_TEST_NEW=d\0"sv) == RR_OK);
  CHECK(variable("RR_TEST_NEW") == "d");
}

TEST_CASE("nothing is applied for a client that is denied, or without a result") {
  unsetenv("RELAYCLIENT");
  CHECK(apply("+RELAYCLIENT=\0D\0"sv) == RR_BAD_ARGUMENT);
  CHECK(variable("RELAYCLIENT") == "(unset)");
  rr_result result = RR_RESULT_INIT;
  CHECK(rr_apply_env(&result) == RR_BAD_ARGUMENT);
  CHECK(rr_apply_env(nullptr) == RR_BAD_ARGUMENT);
  result.verdict = RR_NOMATCH;
  CHECK(rr_apply_env(&result) == RR_OK);
}

TEST_CASE("the C++ header gives the same answers") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"1.2.3.4", "+RELAYCLIENT=\0-B\0"sv}, {"=", "D\0"sv}, {"@5.6.7.8", ""}});
  relayrules::Database rules;
  CHECK_FALSE(rules.lookup({.ip = "1.2.3.4"}).permits(relayrules::Verdict::allow));
  CHECK(rules.open((folder / "missing").c_str()).code() == RR_SYSTEM);
  REQUIRE(rules.open((folder / "rules.cdb").c_str()).ok());
  relayrules::Result result = rules.lookup({.ip = "1.2.3.4", .host = "a.b"});
  CHECK(result.status().ok());
  CHECK(result.relay());
  CHECK(result.key() == "1.2.3.4"sv);
  std::string edits;
  for (const auto& [name, value] : result.env()) edits.append(name).append("=").append(value.value_or("?")).append(";");
  CHECK(edits == "RELAYCLIENT=;B=?;");
  relayrules::Result moved = std::move(result);
  CHECK(moved.permits(relayrules::Verdict::deny));
  CHECK(result.verdict() == relayrules::Verdict::deny);
  moved = rules.lookup({.ip = "9.9.9.9"});
  CHECK(moved.verdict() == relayrules::Verdict::no_match);
  CHECK(moved.key() == std::nullopt);
  CHECK(rules.lookup({.ip = "9.9.9.9", .host = std::string_view()}).verdict() == relayrules::Verdict::deny);
  CHECK(rules.lookup({.ip = "5.6.7.8", .info = ""}).key() == "@5.6.7.8"sv);
  const unsigned char bytes[] = {1, 2, 3, 4};
  CHECK(rules.lookup({.ip = relayrules::Address::from_bytes(bytes, 4)}).key() == "1.2.3.4"sv);
  sockaddr_in socket_address = {};
  socket_address.sin_family = AF_INET;
  memcpy(&socket_address.sin_addr, bytes, 4);
  const auto peer = relayrules::Address::from_sockaddr(&socket_address, sizeof socket_address);
  CHECK(rules.lookup({.ip = peer, .host = "a.b"}).key() == "1.2.3.4"sv);
  const char* absent = nullptr;
  CHECK(rules.lookup({.ip = absent}).status().code() == RR_BAD_ADDRESS);
  CHECK(rules.lookup({.ip = std::string("1.2.3.4")}).relay());
  CHECK(rules.lookup({.ip = {}}).status().message() == "the client's address is no IP address"sv);
}

TEST_CASE("the C++ header opens a file of each scheme") {
  Folder folder;
  write_cdb(
      folder / "rules.cdb",
      {{"2001:db8:0:1:1:1:1:5", ""}, {"2001:db8::1:1:1:1:5", ""}, {"2001:0DB8:0000:0001:0001:0001:0001:0005", ""}});
  relayrules::Database rules;
  const relayrules::Client who = {.ip = "2001:DB8:0:1:1:1:1:5"};
  REQUIRE(rules.open((folder / "rules.cdb").c_str()).ok());
  CHECK(rules.lookup(who).key() == "2001:db8:0:1:1:1:1:5"sv);
  REQUIRE(rules.open((folder / "rules.cdb").c_str(), relayrules::Scheme::ucspi_tcp_ipv6).ok());
  CHECK(rules.lookup(who).key() == "2001:db8::1:1:1:1:5"sv);
  const int fd = open((folder / "rules.cdb").c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(rules.open_fd(fd, relayrules::Scheme::ucspi_tcp6).ok());
  close(fd);
  CHECK(rules.lookup(who).key() == "2001:0DB8:0000:0001:0001:0001:0001:0005"sv);
}

TEST_CASE("a C++ result outlives its database and the file it came from") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", "+A=first\0"sv}});
  relayrules::Result result;
  {
    relayrules::Database rules;
    REQUIRE(rules.open((folder / "rules.cdb").c_str()).ok());
    result = rules.lookup({.ip = "1.2.3.4"});
    write_cdb(folder / "rules.cdb", {{"", "+A=second\0"sv}});
    bool changed = false;
    CHECK(rules.is_stale());
    CHECK(rules.refresh(&changed).ok());
    CHECK(changed);
    CHECK((*rules.lookup({.ip = "1.2.3.4"}).env().begin()).value == "second"sv);
  }
  CHECK((*result.env().begin()).value == "first"sv);
}

TEST_CASE("edits for an environment of one's own begin with the removal of RELAYCLIENT") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"1.2.3.4", "+A=b\0+=x\0-B\0"sv}, {"5.6.7.8", "D\0+A=b\0"sv}});
  Opened db(folder / "rules.cdb");
  const auto add = [](const rr_env_edit* edit, void* data) {
    auto& text = *static_cast<std::string*>(data);
    text.append(edit->name, edit->name_len).append(edit->value != nullptr ? "=" : "?").append(";");
    return text.ends_with("B?;") ? 1 : 0;
  };
  std::string edits;
  rr_result result = RR_RESULT_INIT;
  rr_client who = client("1.2.3.4");
  REQUIRE(rr_lookup(db, &who, &result) == RR_OK);
  CHECK(rr_each_edit(&result, add, &edits) == RR_SYSTEM);  // it said so itself, at the last one
  CHECK(edits == "RELAYCLIENT?;A=;B?;");
  CHECK(rr_each_edit(&result, nullptr, &edits) == RR_BAD_ARGUMENT);
  rr_result_release(&result);
  edits.clear();
  who = client("5.6.7.8");
  REQUIRE(rr_lookup(db, &who, &result) == RR_OK);
  CHECK(rr_each_edit(&result, add, &edits) == RR_BAD_ARGUMENT);
  rr_result_release(&result);
  CHECK(edits.empty());
  who = client("9.9.9.9");
  REQUIRE(rr_lookup(db, &who, &result) == RR_OK);
  CHECK(rr_each_edit(&result, add, &edits) == RR_OK);
  CHECK(edits == "RELAYCLIENT?;");
}

TEST_CASE("the client of the environment is asked about in one call, and no inherited RELAYCLIENT outlives it") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"1.2.3.4", "+RELAYCLIENT=@rule\0"sv}, {"=a.example", ""}, {"", "D\0"sv}});
  const auto admit = [&](const char* ip, const char* host, rr_status expected) {
    setenv("RELAYCLIENT", "inherited", 1);
    ip != nullptr ? setenv("TCPREMOTEIP", ip, 1) : unsetenv("TCPREMOTEIP");
    host != nullptr ? setenv("TCPREMOTEHOST", host, 1) : unsetenv("TCPREMOTEHOST");
    rr_status status = RR_BUSY;
    const int is_admitted = rr_admit((folder / "rules.cdb").c_str(), RR_ALLOW, &status);
    CHECK(status == expected);
    return is_admitted == 1 ? variable("RELAYCLIENT") : "no";
  };
  CHECK(admit("1.2.3.4", nullptr, RR_OK) == "@rule");
  CHECK(admit("::ffff:1.2.3.4", "", RR_OK) == "@rule");
  CHECK(admit("5.6.7.8", "A.example", RR_OK) == "(unset)");
  CHECK(admit("5.6.7.8", "", RR_OK) == "no");
  CHECK(admit("", nullptr, RR_BAD_ADDRESS) == "no");
  CHECK(admit(nullptr, "a.example", RR_BAD_ADDRESS) == "no");
  CHECK(admit("fe80::1%eth0", "a.example", RR_BAD_ADDRESS) == "no");
  std::filesystem::remove(folder / "rules.cdb");
  CHECK(admit("1.2.3.4", nullptr, RR_SYSTEM) == "no");
  rr_client wrong = RR_CLIENT_INIT;
  wrong.size = 1;
  CHECK(rr_client_from_env(&wrong) == RR_BAD_ARGUMENT);
  CHECK(rr_client_from_env(nullptr) == RR_BAD_ARGUMENT);
  unsetenv("RELAYCLIENT");
  unsetenv("TCPREMOTEIP");
  unsetenv("TCPREMOTEHOST");
}

TEST_CASE("a message about the system says what errno says, and is cut where it does not fit") {
  char text[40];
  errno = ENOENT;
  CHECK(rr_errmsg(RR_SYSTEM, text, sizeof text) == "No such file or directory"sv);
  CHECK(errno == ENOENT);
  CHECK(rr_errmsg(RR_CORRUPT, text, sizeof text) == "the file is damaged or no CDB"sv);
  CHECK(rr_errmsg(RR_CORRUPT, text, 9) == "the file"sv);
  CHECK(rr_errmsg(RR_CORRUPT, nullptr, 9) == "the file is damaged or no CDB"sv);
  CHECK(rr_errmsg(RR_CORRUPT, text, 0) == "the file is damaged or no CDB"sv);
}
