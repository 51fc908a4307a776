// The real tcprules and tcprulescheck, and the library's answers in the words of the latter.
// Invariant: the rules that are compiled must be well formed. Some tcprules never end on others, and get five seconds.
#pragma once

#include <spawn.h>
#include <sys/wait.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <utility>

#include "rule_cdb.hpp"

/// Whether a test found no program to compare with; main.cpp ends with 77 then.
inline bool skipped_anything = false;

/// Says aloud that nothing was compared, and why. A failure where CI is "true". Returns false.
inline bool skip(const std::string& reason) {
  std::cerr << "SKIPPED: " << reason << "\n";
  skipped_anything = true;
  const char* ci = getenv("CI");
  CHECK_FALSE((ci != nullptr && ci == "true"sv));
  return false;
}

/// A client as its variables say it.
struct Asked {
  std::string ip;
  const std::string* host;  ///< null: absent
  const std::string* info;
};

inline std::string_view view_of(const std::string* text) { return text ? std::string_view(*text) : std::string_view(); }

inline std::string describe(const Asked& asked) {
  return "ip " + asked.ip + ", host " + (asked.host ? *asked.host : "(none)") + ", info " +
         (asked.info ? *asked.info : "(none)");
}

/// Runs a program with this standard input (a file) and environment; returns its standard output.
inline std::string run(const std::vector<std::string>& command, const std::vector<std::string>& environment,
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

/// One edition of the two programs, by name or path.
class RealPrograms {
 public:
  RealPrograms(std::string tcprules, std::string tcprulescheck)
      : tcprules_(std::move(tcprules)), tcprulescheck_(std::move(tcprulescheck)) {}

  /// Writes rules.cdb in the folder.
  void compile(const Folder& folder, const std::string& rules) const {
    write_bytes(folder / "rules", rules);
    run({"timeout", "5", tcprules_, folder / "rules.cdb", folder / "rules.tmp"}, {}, (folder / "rules").c_str());
  }
  /// What tcprulescheck says of rules.cdb in the folder.
  std::string answer(const Folder& folder, const Asked& asked) const {
    std::vector<std::string> environment = {"TCPREMOTEIP=" + asked.ip};
    if (asked.host) environment.push_back("TCPREMOTEHOST=" + *asked.host);
    if (asked.info) environment.push_back("TCPREMOTEINFO=" + *asked.info);
    return run({tcprulescheck_, folder / "rules.cdb"}, environment);
  }

 private:
  std::string tcprules_;
  std::string tcprulescheck_;
};

/// The answer of the library in the words of tcprulescheck, which shows no edits of a client that is denied.
inline std::string ours(rr_db* db, const rr_client& who) {
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

/// A new seed each time; set RELAYRULES_SEED to that of a failure to see it again.
inline unsigned choose_seed() {
  const char* wanted = getenv("RELAYRULES_SEED");
  const unsigned seed =
      wanted != nullptr ? static_cast<unsigned>(strtoul(wanted, nullptr, 10)) : std::random_device{}();
  std::cout << "RELAYRULES_SEED=" << seed << "\n";
  return seed;
}
