// Eight threads look up while a ninth replaces and refreshes the file, and a tenth refreshes as well.
// The counts and the order of memory accesses behind this are in lib/runtime/handle.hpp. It is run a second time under
// the thread sanitizer (threads_tsan). Invariant: every file says the same of itself under all its keys and in all
// variables, so an answer mixed of two files shows.
#include <atomic>
#include <thread>

#include "rule_cdb.hpp"

namespace {

constexpr int generations = 1000;
constexpr int readers = 8;

/// Its records are elsewhere than those of the generations before and behind it.
void write_generation(const std::string& path, int number) {
  std::string value;
  for (const char* name : {"A", "B", "C"})
    value.append("+").append(name).append("=").append(std::to_string(number)).append(1, '\0');
  const std::string key(static_cast<size_t>(number % 97), 'x');
  write_cdb(path, {{key + "y", "D\0"sv}, {"1.2.3.4", value}, {"=.example.org", value}, {"", value}});
}

/// The generation that a result speaks of, or -1: also where it speaks of two.
int generation(const rr_result& result) {
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  size_t cursor = 0;
  int number = -1;
  for (int edits = 0; rr_env_next(&result, &cursor, &edit); ++edits) {
    if (edits != 0 && atoi(edit.value) != number) return -1;
    number = atoi(edit.value);
  }
  return number;
}

/// Asks until told to stop; every answer must be right and never older than the one before. Counts the wrong ones.
void read_until(const std::atomic<bool>& stop, rr_db* db, std::atomic<int>& wrong, std::atomic<long>& asked) {
  const rr_client clients[] = {client("1.2.3.4"), client("4.3.2.1", "a.example.org"), client("4.3.2.1")};
  rr_result held[3] = {RR_RESULT_INIT, RR_RESULT_INIT, RR_RESULT_INIT};
  int had[3] = {-1, -1, -1};
  int newest = 0;
  for (size_t i = 0; !stop; ++i) {
    rr_result& result = held[i % 3];
    if (generation(result) != had[i % 3]) ++wrong;  // what is held stays as it was
    rr_result_release(&result);
    if (rr_lookup(db, &clients[i % 3], &result) != RR_OK || result.verdict != RR_ALLOW) ++wrong;
    const int now = had[i % 3] = generation(result);
    if (now < newest || now > generations) ++wrong;
    newest = now;
    ++asked;
  }
  for (rr_result& result : held) rr_result_release(&result);
}

/// Refreshes until the handle has the file, beside whoever does the same.
void take_file(rr_db* db, std::atomic<int>& wrong) {
  do {
    const rr_status status = rr_refresh(db, nullptr);
    if (status != RR_OK && status != RR_BUSY) ++wrong;
  } while (rr_is_stale(db));
}

}  // namespace

TEST_CASE("eight readers get right answers while the file is replaced 1000 times, and old files go") {
  Folder folder;
  const std::string path = folder / "rules.cdb";
  write_generation(path, 0);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<long> asked = 0;
  std::vector<std::thread> threads;
  {
    Opened db(path);
    for (int i = 0; i < readers; ++i) threads.emplace_back([&] { read_until(stop, db, wrong, asked); });
    threads.emplace_back([&] {
      while (!stop) take_file(db, wrong);
    });
    for (int number = 1; number <= generations; ++number) {
      write_generation(path, number);
      take_file(db, wrong);
      // those that are held, and one that comes and one that goes for each thread
      if (number % 50 == 0) CHECK(mappings(folder) <= readers * 5 + 2);
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    CHECK(mappings(folder) == 1);
    CHECK(ask(db, client("1.2.3.4")) == "allow by 1.2.3.4");
  }
  CHECK(wrong == 0);
  CHECK(asked > generations);
  CHECK(mappings(folder) == 0);
}
