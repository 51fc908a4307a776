// Four threads look up while a fifth replaces and refreshes the file, and a sixth refreshes as well.
// The counts and the order of memory accesses behind this are in lib/runtime/handle.hpp. Run it under the thread
// sanitizer after each change there. Invariant: every file says the same of itself under all its keys, so an answer
// mixed of two files shows.
#include <atomic>
#include <thread>

#include "rule_cdb.hpp"

namespace {

constexpr int generations = 300;

void write_generation(const std::string& path, int number) {
  const std::string value = "+GENERATION=" + std::to_string(number) + '\0';
  write_cdb(path, {{"1.2.3.4", value}, {"=.example.org", value}, {"", value}});
}

/// The generation that a result speaks of, or -1.
int generation(const rr_result& result) {
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  size_t cursor = 0;
  return rr_env_next(&result, &cursor, &edit) ? atoi(edit.value) : -1;
}

/// Asks until told to stop; every answer must be right and never older than the one before. Counts the wrong ones.
void read_until(const std::atomic<bool>& stop, rr_db* db, std::atomic<int>& wrong, std::atomic<long>& asked) {
  const rr_client clients[] = {client("1.2.3.4"), client("4.3.2.1", "a.example.org"), client("4.3.2.1")};
  rr_result held[3] = {RR_RESULT_INIT, RR_RESULT_INIT, RR_RESULT_INIT};
  int newest = 0;
  for (size_t i = 0; !stop; ++i) {
    rr_result& result = held[i % 3];
    const int former = generation(result);
    rr_result_release(&result);
    if (rr_lookup(db, &clients[i % 3], &result) != RR_OK || result.verdict != RR_ALLOW) ++wrong;
    const int now = generation(result);
    if (now < newest || now < former || now > generations) ++wrong;
    newest = now;
    ++asked;
  }
  for (rr_result& result : held) rr_result_release(&result);
}

}  // namespace

TEST_CASE("readers get right answers while the file is replaced 300 times") {
  Folder folder;
  const std::string path = folder / "rules.cdb";
  write_generation(path, 0);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<long> asked = 0;
  std::vector<std::thread> threads;
  {
    Opened db(path);
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { read_until(stop, db, wrong, asked); });
    threads.emplace_back([&] {
      while (!stop) {
        const rr_status status = rr_refresh(db, nullptr);
        if (status != RR_OK && status != RR_BUSY) ++wrong;
      }
    });
    for (int number = 1; number <= generations; ++number) {
      write_generation(path, number);
      while (rr_is_stale(db)) {
        const rr_status status = rr_refresh(db, nullptr);
        if (status != RR_OK && status != RR_BUSY) ++wrong;
      }
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    CHECK(ask(db, client("1.2.3.4")) == "allow by 1.2.3.4");
  }
  CHECK(wrong == 0);
  CHECK(asked > 0);
  const std::string maps = read_bytes("/proc/self/maps");
  CHECK(maps.find(path) == std::string::npos);
}
