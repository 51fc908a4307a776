// A pair of hosts.allow and hosts.deny for tests beside libwrap: the two files in a folder, read as one policy, and
// put to tcpdmatch.
//
// tcpdmatch is asked as a user asks it: with -d in the folder of the two files. It can only be asked about addresses,
// since it looks names up; and for an IPv6 address, or a daemon with an address, it asks the DNS, which is slow and
// says something else everywhere. So it is asked about IPv4 addresses, users and daemons; libwrap in process
// (tcpdmatch_test.cpp) judges the rest.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <deque>
#include <fstream>
#include <sstream>

#include "model/evaluate.hpp"
#include "model/format.hpp"
#include "unit/folder.hpp"
#include "unit/policies.hpp"

namespace core {

inline bool is_ci() {
  const char* ci = getenv("CI");
  return ci != nullptr && std::string_view(ci) == "true";
}

/// True, after saying so, when a test cannot be run here; in CI that is a failure.
inline bool is_skipped(bool missing, const std::string& what) {
  if (!missing) return false;
  if (is_ci()) FAIL(what << " is missing");
  WARN("SKIPPED: " << what << " is missing; nothing was compared");
  return true;
}

inline void write_pair(const Folder& folder, const std::string& allow, const std::string& deny) {
  put(folder / "hosts.allow", allow);
  put(folder / "hosts.deny", deny);
}

/// hosts.allow and hosts.deny as one policy.
struct Pair {
  Sources sources;
  Policy policy;
  Findings findings;

  Pair(const std::string& allow, const std::string& deny) : policy(new_policy(*find_format("hosts_access"))) {
    const Format& format = *find_format("hosts_access");
    ParseOptions options;
    options.read_file = [](const std::string& path) -> Result<std::string> {
      const std::ifstream file(path, std::ios::binary);
      if (!file) return system_error("read", path);
      return (std::ostringstream() << file.rdbuf()).str();
    };
    format.parse(*sources.add("hosts.allow", allow), options, policy, findings);
    format.parse(*sources.add("hosts.deny", deny), options, policy, findings);
  }
};

inline bool has_tcpdmatch() { return system("command -v tcpdmatch >/dev/null 2>&1") == 0; }

/// A tcpdmatch that runs; what it says comes through a pipe.
class TcpdmatchRun {
 public:
  TcpdmatchRun(const Folder& folder, const std::string& daemon, const Client& client) {
    std::string who = (client.info ? *client.info + "@" : "") + format_address(client.address);
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder.path().c_str());
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::string name = "tcpdmatch";
    std::string option = "-d";
    std::string service = daemon;
    char* arguments[] = {name.data(), option.data(), service.data(), who.data(), nullptr};
    REQUIRE(posix_spawnp(&process_, name.c_str(), &actions, nullptr, arguments, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
  }
  TcpdmatchRun(const TcpdmatchRun&) = delete;
  TcpdmatchRun& operator=(const TcpdmatchRun&) = delete;
  ~TcpdmatchRun() {
    close(output_);
    waitpid(process_, nullptr, 0);
  }

  /// Waits for the end. g: granted, d: denied, ?: anything else.
  [[nodiscard]] char verdict() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t size = 1; (size = read(output_, piece.data(), piece.size())) > 0;)
      text.append(piece.data(), static_cast<std::size_t>(size));
    const std::size_t access = text.find("access:");
    if (access == std::string::npos) return '?';
    return text.find("granted", access) != std::string::npos ? 'g' : 'd';
  }

 private:
  pid_t process_ = 0;
  int output_ = -1;
};

/// tcpdmatch's verdict for each IPv4 address with its user, one letter each. Two run at a time.
inline std::string ask_tcpdmatch(const Folder& folder, const std::string& daemon, const std::vector<Client>& clients) {
  std::string verdicts;
  std::deque<TcpdmatchRun> running;
  for (const Client& client : clients) {
    running.emplace_back(folder, daemon, client);
    if (running.size() < 2) continue;
    verdicts += running.front().verdict();
    running.pop_front();
  }
  for (; !running.empty(); running.pop_front()) verdicts += running.front().verdict();
  return verdicts;
}

/// What the policy says of the same clients, in the same letters.
inline std::string evaluate_all(const Policy& policy, const std::string& daemon, const std::vector<Client>& clients) {
  std::string verdicts;
  for (const Client& client : clients) verdicts += permits(policy, evaluate(policy, client, daemon)) ? 'g' : 'd';
  return verdicts;
}

}  // namespace core
