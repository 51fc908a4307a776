// The runtime gives the answers of the real tcprulescheck on files compiled by the real tcprules.
// A small world is searched through: few addresses, names and ident answers, random subsets of all the rules that speak
// of them, and all clients. Then come larger random files. Each question costs one process of the real program.
// Invariant: what is compared is the whole output of tcprulescheck, so the key, the edits and the verdict must agree.
#include <spawn.h>
#include <sys/wait.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "rule_cdb.hpp"

namespace {

struct Asked {
  std::string ip;
  const std::string* host;  // null: absent
  const std::string* info;
};

/// Runs a program with this standard input (a file) and environment; returns its standard output.
std::string run(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                const char* input = "/dev/null") {
  std::vector<char*> arguments;
  std::vector<char*> variables;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  for (const std::string& word : environment) variables.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  variables.push_back(nullptr);
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  pid_t child = 0;
  REQUIRE(posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), variables.data()) == 0);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string output;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) output.append(buffer, static_cast<size_t>(got));
  close(ends[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  return output;
}

std::string theirs(const std::string& path, const Asked& asked) {
  std::vector<std::string> environment = {"TCPREMOTEIP=" + asked.ip};
  if (asked.host) environment.push_back("TCPREMOTEHOST=" + *asked.host);
  if (asked.info) environment.push_back("TCPREMOTEINFO=" + *asked.info);
  return run({"tcprulescheck", path}, environment);
}

/// The answer of the library in the words of tcprulescheck, which shows no edits of a client that is denied.
std::string ours(rr_db* db, const Asked& asked) {
  const rr_client who = client(asked.ip, asked.host ? std::string_view(*asked.host) : std::string_view(),
                               asked.info ? std::string_view(*asked.info) : std::string_view());
  rr_result result = RR_RESULT_INIT;
  if (rr_lookup(db, &who, &result) != RR_OK) return "failed\n";
  std::string text = "default:\n";
  if (result.key) text = "rule " + std::string(result.key, result.key_len) + ":\n";
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  size_t cursor = 0;
  while (result.verdict == RR_ALLOW && rr_env_next(&result, &cursor, &edit)) {
    text.append("set environment variable ").append(edit.name, edit.name_len).append("=");
    text.append(edit.value, edit.value_len).append("\n");
  }
  text += rr_permits(&result, RR_ALLOW) ? "allow connection\n" : "deny connection\n";
  rr_result_release(&result);
  return text;
}

void compile(const Folder& folder, const std::string& rules) {
  write_bytes(folder / "rules", rules);
  run({"tcprules", folder / "rules.cdb", folder / "rules.tmp"}, {}, (folder / "rules").c_str());
}

/// A new seed each time; set RELAYRULES_SEED to that of a failure to see it again.
unsigned choose_seed() {
  const char* wanted = getenv("RELAYRULES_SEED");
  const unsigned seed =
      wanted != nullptr ? static_cast<unsigned>(strtoul(wanted, nullptr, 10)) : std::random_device{}();
  std::cout << "RELAYRULES_SEED=" << seed << "\n";
  return seed;
}

/// True if the real programs are there. Where they have to be, their absence is a failure.
bool have_real_programs() {
  if (system("command -v tcprules >/dev/null && command -v tcprulescheck >/dev/null") == 0) return true;
  std::cerr << "SKIPPED: conformance with tcprulescheck: the program is not installed (package ucspi-tcp)\n";
  const char* ci = getenv("CI");
  CHECK_FALSE((ci != nullptr && ci == "true"sv));
  return false;
}

const std::string empty_text;
const std::string names[] = {"a.b", "b", "x.a.b", ".b"};
const std::string infos[] = {"joe"};
const std::string instructions[] = {":deny", ":allow", ":allow,RELAYCLIENT=\"\"", ":deny,A=\"x\"",
                                    ":allow,A=\"x=y\",=|z|"};

std::vector<Asked> all_clients() {
  std::vector<const std::string*> hosts = {nullptr, &empty_text};
  for (const std::string& name : names) hosts.push_back(&name);
  std::vector<Asked> clients;
  for (const char* ip : {"1.1.2.2", "1.2.1.1", "1.12.1.1", "11.1.1.1"}) {
    for (const std::string* host : hosts) {
      for (const std::string* info : {static_cast<const std::string*>(nullptr), &empty_text, infos}) {
        clients.push_back({ip, host, info});
      }
    }
  }
  return clients;
}

/// Every pattern that can match a client of the small world, and some that cannot.
std::vector<std::string> all_patterns(const std::vector<Asked>& clients) {
  std::vector<std::string> patterns = {"",        "=",      "1.",     "11.",     "1.1.", "1.2.",
                                       "1.12.",   "1.1.2.", "1.2.1.", "1.12.1.", "=.b",  "=.a.b",
                                       "=.x.a.b", "1",      "1.2",    "=b.",     "@",    "="};
  for (const Asked& asked : clients) {
    const std::string host = asked.host ? "=" + *asked.host : asked.ip;
    patterns.push_back(asked.info ? *asked.info + "@" + host : host);
  }
  return patterns;
}

void compare(const Folder& folder, const std::vector<Asked>& clients) {
  Opened db(folder / "rules.cdb");
  for (const Asked& asked : clients) {
    const std::string expected = theirs(folder / "rules.cdb", asked);
    const std::string got = ours(db, asked);
    if (got == expected) continue;
    CAPTURE(asked.ip, asked.host ? *asked.host : "(none)", asked.info ? *asked.info : "(none)",
            read_bytes(folder / "rules"));
    CHECK(got == expected);
  }
}

}  // namespace

TEST_CASE("a small world gets the answers of tcprulescheck") {
  if (!have_real_programs()) return;
  std::mt19937 random(choose_seed());
  const std::vector<Asked> clients = all_clients();
  const std::vector<std::string> patterns = all_patterns(clients);
  Folder folder;
  for (unsigned round = 0; round < 32; ++round) {
    std::string rules;
    const auto one_in = 1 + round % 8;
    for (const std::string& pattern : patterns) {
      if (random() % one_in == 0) rules += pattern + instructions[random() % std::size(instructions)] + "\n";
    }
    compile(folder, rules);
    compare(folder, clients);
  }
}

TEST_CASE("large random files get the answers of tcprulescheck") {
  if (!have_real_programs()) return;
  std::mt19937 random(choose_seed());
  const auto octets = [&](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += std::to_string(random() % 40) + (i < 3 ? "." : "");
    return text;
  };
  Folder folder;
  for (int round = 0; round < 3; ++round) {
    std::string rules;
    for (int i = 0; i < 20'000; ++i) {
      const std::string name = "h" + std::to_string(random() % 50) + ".n" + std::to_string(random() % 50);
      const std::string pattern[] = {octets(4), octets(3), octets(2), "=" + name, "=." + name, "joe@" + octets(4)};
      rules += pattern[random() % 6] + instructions[random() % std::size(instructions)] + "\n";
    }
    compile(folder, rules);
    std::vector<std::string> hosts;
    for (int i = 0; i < 60; ++i) {
      hosts.push_back("w.h" + std::to_string(random() % 50) + ".n" + std::to_string(random() % 50));
      if (i % 2) hosts.back().erase(0, 2);
    }
    std::vector<Asked> clients;
    for (const std::string& host : hosts) {
      clients.push_back({octets(4), random() % 3 ? &host : nullptr, random() % 3 ? nullptr : infos});
    }
    compare(folder, clients);
  }
}
