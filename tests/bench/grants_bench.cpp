// Measures a store of grants: how many logins a second it takes, and what look-ups, lists and purges cost with a
// hundred thousand grants in it. Beside it stands the floor: the calls without which no file is replaced for good, and
// the whole of relayrules-grant with a PROG behind it.
//
// In memory (as /run is) fsync() does nothing; on a disk it is nearly all of the time, there and in the floor.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "relayrules/grants.h"
#include "run_program.hpp"

namespace core::bench {
namespace {

constexpr unsigned live = 100'000;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string address_of(unsigned number) {
  return "10." + std::to_string(number >> 16 & 255U) + "." + std::to_string(number >> 8 & 255U) + "." +
         std::to_string(number & 255U);
}

/// An open store.
class Store {
 public:
  explicit Store(const std::string& folder) {
    if (rr_grants_open(folder.c_str(), nullptr, &grants_, &reason_) != RR_OK) die(reason_.text);
  }
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store() { rr_grants_close(grants_); }

  void add(unsigned number) {
    const std::string ip = address_of(number);
    const rr_client client = client_at(ip);
    const std::string user = "user" + std::to_string(number);
    if (rr_grants_add(grants_, &client, user.c_str(), "imap", std::time(nullptr), &reason_) != RR_OK) die(reason_.text);
  }
  void look(unsigned number, rr_grant_state wanted) {
    const std::string ip = address_of(number);
    const rr_client client = client_at(ip);
    rr_grant grant = RR_GRANT_INIT;
    if (rr_grants_lookup(grants_, &client, std::time(nullptr), &grant, &reason_) != RR_OK) die(reason_.text);
    if (grant.state != wanted) die(ip + ": not what was granted");
  }
  void list() {
    std::size_t seen = 0;
    const auto count = [](void* data, const rr_grant*, const char*) { return ++*static_cast<std::size_t*>(data), 0; };
    if (rr_grants_each(grants_, std::time(nullptr), count, &seen, &reason_) != RR_OK) die(reason_.text);
    if (seen != live) die("the list is not whole");
  }
  void purge(long long now, std::size_t wanted) {
    std::size_t removed = 0;
    if (rr_grants_purge(grants_, now, &removed, &reason_) != RR_OK) die(reason_.text);
    if (removed != wanted) die("another number of grants was purged");
  }

 private:
  static rr_client client_at(const std::string& ip) {
    rr_client client = RR_CLIENT_INIT;
    client.ip = ip.data();
    client.ip_len = ip.size();
    return client;
  }
  rr_grants* grants_ = nullptr;
  rr_reason reason_ = RR_REASON_INIT;
};

/// Runs `work(writer, first, end)` in so many processes at a time; numbers a second.
template <typename Work>
double rate_of(unsigned writers, unsigned count, const Work& work) {
  std::fflush(stdout);
  const auto start = std::chrono::steady_clock::now();
  std::vector<pid_t> children;
  for (unsigned writer = 0; writer < writers; ++writer) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    work(count / writers * writer, count / writers * (writer + 1));
    ::_exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    if (::waitpid(child, &status, 0) != child || status != 0) die("a writer failed");
  }
  return count / seconds_since(start);
}

/// A new file with a name of its own, down to the disk: create, write, fsync, rename, fsync of the folder.
void replace_plainly(const std::string& folder, unsigned first, unsigned end) {
  const int at = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  const std::string record(140, 'x');
  for (unsigned number = first; number < end; ++number) {
    const std::string name = address_of(number);
    const std::string made = ".new-" + name;
    const int fd = ::openat(at, made.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (::write(fd, record.data(), record.size()) < 0 || ::fsync(fd) != 0 || ::close(fd) != 0 ||
        ::renameat(at, made.c_str(), at, name.c_str()) != 0 || ::fsync(at) != 0)
      die("cannot write to " + folder);
  }
  ::close(at);
}

void grant_by_library(const std::string& folder, unsigned first, unsigned end) {
  Store store(folder);
  for (unsigned number = first; number < end; ++number) store.add(number);
}

void grant_by_program(const std::string& folder, unsigned first, unsigned end) {
  const std::string tool = std::string(RELAYRULES_BINARY_DIR) + "/tools/relayrules-grant";
  for (unsigned number = first; number < end; ++number)
    (void)run({tool,
               {tool, "-g", folder, "--ip", address_of(number), "--user", "user", "--per-user", "0", "/bin/true"},
               false},
              "/dev/null");
}

/// The ways to do it run in turn, since a disk is faster at one moment than at the next; medians of the turns.
void measure_writers(const char* where, const std::string& folder, unsigned count) {
  std::printf("\n  logins a second, %-32s %10s %10s %10s %14s\n", where, "the floor", "the store", "whole",
              "store : floor");
  for (const unsigned writers : {1U, 2U, 8U}) {
    std::vector<double> rates[3];
    std::vector<double> ratios;
    for (int turn = 0; turn < 5; ++turn) {
      const auto run_turn = [&](std::vector<double>& into, auto work, unsigned times) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directory(folder);
        into.push_back(rate_of(writers, times, [&](unsigned first, unsigned end) { work(folder, first, end); }));
      };
      run_turn(rates[0], replace_plainly, count);
      run_turn(rates[1], grant_by_library, count);
      run_turn(rates[2], grant_by_program, count / 10);
      ratios.push_back(rates[1].back() / rates[0].back());
    }
    std::printf("    %u at a time %48.0f %10.0f %10.0f %14.2f\n", writers, median(rates[0]), median(rates[1]),
                median(rates[2]), median(ratios));
    std::fflush(stdout);
  }
}

void measure_full(const std::string& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  (void)rate_of(2, live, [&](unsigned first, unsigned end) { grant_by_library(folder, first, end); });
  std::printf("\n  with %u live grants\n", live);
  Store store(folder);
  const auto row = [](const char* name, double unit, const char* word, auto work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    std::printf("    %-40s %12.2f %s\n", name, seconds_since(start) * unit, word);
  };
  constexpr unsigned times = 200'000;
  const auto look = [&](unsigned first, rr_grant_state state) {
    for (unsigned i = 0; i < times; ++i) store.look(first + i * 40503U % live, state);
  };
  row("look-up of one that is there", 1e6 / times, "us", [&] { look(0, RR_GRANT_VALID); });
  row("look-up of one that is not", 1e6 / times, "us", [&] { look(live, RR_GRANT_NONE); });
  row("a login that renews", 1e6 / 10'000, "us", [&] {
    for (unsigned i = 0; i < 10'000; ++i) store.add(i * 40503U % live);
  });
  row("list of all", 1e3, "ms", [&] { store.list(); });
  row("purge of none", 1e3, "ms", [&] { store.purge(std::time(nullptr), 0); });
  row("purge of all", 1e3, "ms", [&] { store.purge(std::time(nullptr) + 1000, live); });
}

}  // namespace

int run_all() {
  std::printf("Stores of grants (POP before SMTP)\n");
  const std::string memory = make_folder();
  const std::string disk = std::string(RELAYRULES_BINARY_DIR) + "/grants-bench." + std::to_string(::getpid());
  measure_writers("in memory:", memory + "/grants", 8'000);
  measure_writers("on the disk of the build folder:", disk, 400);
  measure_full(memory + "/grants");
  std::filesystem::remove_all(memory);
  std::filesystem::remove_all(disk);
  return 0;
}

}  // namespace core::bench

int main() { return core::bench::run_all(); }
