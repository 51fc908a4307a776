// rr_log_line(): the words, and that nobody outside can write words or lines of his own.
// tests/end_to_end/env.sh shows the same line in relayrules-env, and that the tools read it.
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "rule_cdb.hpp"

namespace {

/// The line without its process, which must be this one.
std::string line_of(const rr_client* client, const rr_result* result, const char* granted_to = nullptr,
                    rr_verdict on_nomatch = RR_ALLOW) {
  char buffer[RR_LOG_LINE_SIZE];
  CHECK(rr_log_line(client, result, on_nomatch, granted_to, buffer, sizeof buffer) == buffer);
  std::string line = buffer;
  const std::string process = " " + std::to_string(getpid()) + " ";
  const size_t at = line.find(process);
  REQUIRE(at != std::string::npos);
  return line.erase(at, process.size() - 1);
}

std::string log(const Records& records, const rr_client& who, const char* granted_to = nullptr) {
  Folder folder;
  write_cdb(folder / "rules.cdb", records);
  Opened db(folder / "rules.cdb");
  rr_result result = RR_RESULT_INIT;
  CHECK(rr_lookup(db, &who, &result) == RR_OK);
  std::string line = line_of(&who, &result, granted_to);
  rr_result_release(&result);
  return line;
}

}  // namespace

TEST_CASE("a line tells the verdict, both ends of the connection, whether the client relays, and the rule") {
  const Records rules = {{"192.0.2.", "+RELAYCLIENT=\0"sv}, {"2001:db8::7", "D\0"sv}, {"=a.example", "+X=1\0"sv}};
  CHECK(log(rules, client("192.0.2.7")) == "ok :: :192.0.2.7:: relay=yes rule=192.0.2.");
  CHECK(log(rules, client("2001:DB8:0::7")) == "deny :: :2001:db8::7:: relay=no rule=2001:db8::7");
  CHECK(log(rules, client("::ffff:192.0.2.7", "B", "joe")) == "ok :: B:192.0.2.7:joe: relay=yes rule=192.0.2.");
  CHECK(log(rules, client("192.0.3.7")) == "ok :: :192.0.3.7:: relay=no no-rule");
  CHECK(log({{"", ""}}, client("192.0.3.7")) == "ok :: :192.0.3.7:: relay=no rule=");
  CHECK(log(rules, client("192.0.3.7"), "ann") == "ok :: :192.0.3.7:: relay=yes no-rule grant=ann");
  // a grant lets nobody in
  CHECK(log(rules, client("2001:db8::7"), "ann") == "deny :: :2001:db8::7:: relay=no rule=2001:db8::7");
  setenv("TCPLOCALHOST", "mx", 1);
  setenv("TCPLOCALIP", "2001:db8::25", 1);
  setenv("TCPLOCALPORT", "25", 1);
  setenv("TCPREMOTEPORT", "4001", 1);
  const unsigned char address[4] = {192, 0, 3, 8};
  rr_client binary = binary_client(RR_BYTES, address, sizeof address);
  binary.host = "a.example";
  binary.host_len = strlen(binary.host);
  CHECK(log(rules, binary) == "ok mx:2001:db8::25:25 a.example:192.0.3.8::4001 relay=no rule==a.example");
  for (const char* name : {"TCPLOCALHOST", "TCPLOCALIP", "TCPLOCALPORT", "TCPREMOTEPORT"}) unsetenv(name);
}

TEST_CASE("what others chose is one word of one line, and hides none of the words behind it") {
  CHECK(log({{"", ""}}, client("192.0.2.7", "a b", "j:o\n\\e\xff")) ==
        "ok :: a\\040b:192.0.2.7:j\\072o\\012\\134e\\377: relay=no rule=");
  const std::string odd(100000, '\n');
  const std::string line = log({{"", "+RELAYCLIENT=\0"sv}}, client("192.0.2.7", odd, odd), odd.c_str());
  CHECK(line.find(": relay=yes rule= grant=\\012") != std::string::npos);
  CHECK(line.find('\n') == std::string::npos);
  rr_client who = client("no\naddress");
  rr_result denied = RR_RESULT_INIT;
  CHECK(line_of(&who, &denied) == "deny :: :no\\012address:: relay=no no-rule");
}

TEST_CASE("a line of nothing denies, and a short buffer cuts it") {
  rr_result result = RR_RESULT_INIT;
  CHECK(line_of(nullptr, nullptr) == "deny :: ::: relay=no no-rule");
  result.verdict = RR_NOMATCH;
  CHECK(line_of(nullptr, &result) == "ok :: ::: relay=no no-rule");
  CHECK(line_of(nullptr, &result, nullptr, RR_DENY) == "deny :: ::: relay=no no-rule");
  result.verdict = RR_ALLOW;
  result.relay = 1;
  result.size = 1;
  CHECK(line_of(nullptr, &result, "ann") == "deny :: ::: relay=no no-rule");
  rr_client who = client("192.0.2.7");
  who.size = 1;
  CHECK(line_of(&who, &result) == "deny :: ::: relay=no no-rule");
  char buffer[8] = "1234567";
  CHECK(rr_log_line(&who, &result, RR_ALLOW, nullptr, buffer, 3) == "de"sv);
  CHECK(buffer[3] == '4');
  CHECK(rr_log_line(&who, &result, RR_ALLOW, nullptr, buffer, 0) == ""sv);
  CHECK(rr_log_line(&who, &result, RR_ALLOW, nullptr, nullptr, 8) == ""sv);
}
