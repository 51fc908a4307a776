// The runtime gives the answers of the real tcprulescheck on files compiled by the real tcprules.
// A small world is searched through: few addresses, names and ident answers, random subsets of all the rules that speak
// of them, and all clients. Then come larger random files. Each question costs one process of the real program.
// Invariant: what is compared is the whole output of tcprulescheck, so the key, the edits and the verdict must agree.
#include <iostream>
#include <random>

#include "real_programs.hpp"

namespace {

const std::string empty_text;
const RealPrograms programs{"tcprules", "tcprulescheck"};
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

bool have_real_programs() {
  if (system("command -v tcprules >/dev/null && command -v tcprulescheck >/dev/null") == 0) return true;
  return skip("tcprules and tcprulescheck are not installed (package ucspi-tcp)");
}

void compare(const Folder& folder, const std::vector<Asked>& clients) {
  Opened db(folder / "rules.cdb");
  for (const Asked& asked : clients) {
    const rr_client who = client(asked.ip, view_of(asked.host), view_of(asked.info));
    const std::string expected = programs.answer(folder, asked);
    const std::string got = ours(db, who);
    if (got == expected) continue;
    CAPTURE(describe(asked), read_bytes(folder / "rules"));
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
    programs.compile(folder, rules);
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
    programs.compile(folder, rules);
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
