// Many processes on one store at a time: writers, readers, one that purges, and writers that are killed. Nothing that
// was recorded may be lost, and nobody may ever read half a record.
//
// The clock is a number in shared memory, which only goes on while somebody purges: so a grant that is gone was removed
// rightly if, and only if, that number has passed its end. No test waits for a second.
#include <sys/mman.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <new>

#include "grants_store.hpp"

namespace {

constexpr int period = 3;
constexpr int own_addresses = 40;
constexpr int rounds = 25;

/// What all processes see.
struct Shared {
  std::atomic<long long> clock = noon;
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;    ///< how often something was not as it has to be
  std::atomic<long> asked = 0;   ///< by readers
  std::atomic<long> purged = 0;  ///< grants
  char first[600] = "";          ///< the first thing that was wrong

  void fail(const std::string& what) {
    if (wrong++ == 0) snprintf(first, sizeof first, "%s", what.c_str());
  }
};

/// Memory that children have in common with this process.
class SharedMemory {
 public:
  SharedMemory() {
    void* room = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(room != MAP_FAILED);
    shared_ = new (room) Shared;
  }
  ~SharedMemory() { munmap(shared_, sizeof(Shared)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  Shared* operator->() { return shared_; }
  Shared& operator*() { return *shared_; }

 private:
  Shared* shared_;
};

rr_grants_options short_grants() {
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.seconds = period;
  options.per_user = 64;
  options.wait_ms = 30000;  // two processors for all of them, perhaps with a sanitizer
  return options;
}

/// The handle of a child, where Catch2 must not be asked.
struct Handle {
  rr_grants* grants = nullptr;
  rr_reason reason = RR_REASON_INIT;
  rr_grant grant = RR_GRANT_INIT;
  explicit Handle(const std::string& path) {
    const rr_grants_options options = short_grants();
    if (rr_grants_open(path.c_str(), &options, &grants, &reason) != RR_OK) _exit(9);
  }
  bool add(const std::string& ip, const std::string& user, long long now) {
    const rr_client client = at(ip);
    return rr_grants_add(grants, &client, user.c_str(), "pop3", now, &reason) == RR_OK;
  }
  bool look(const std::string& ip, long long now) {
    const rr_client client = at(ip);
    return rr_grants_lookup(grants, &client, now, &grant, &reason) == RR_OK;
  }
};

std::string address(int writer, int number) { return "192.0." + std::to_string(writer) + "." + std::to_string(number); }
std::string user(int writer) { return "user" + std::to_string(writer); }

pid_t start(const std::function<void()>& work) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  return child;
}

/// Records a grant, and sees it there.
void add_and_look(Handle& store, Shared& shared, int writer, int number) {
  const long long now = shared.clock;
  const std::string ip = address(writer, number);
  if (!store.add(ip, user(writer), now)) return shared.fail(store.reason.text);
  if (!store.look(ip, now)) return shared.fail(store.reason.text);
  const bool may_be_gone = shared.clock >= now + period;
  if (store.grant.state != RR_GRANT_VALID && !may_be_gone) shared.fail(ip + " is lost");
}

void write_grants(const std::string& path, Shared& shared, int writer) {
  Handle store(path);
  for (int i = 0; i < rounds * own_addresses; ++i) add_and_look(store, shared, writer, i % own_addresses);
}

void read_grants(const std::string& path, Shared& shared, int writers) {
  Handle store(path);
  while (!shared.stop) {
    for (int writer = 0; writer < writers; ++writer) {
      const std::string ip = address(writer, static_cast<int>(shared.asked++) % own_addresses);
      if (!store.look(ip, shared.clock)) shared.fail(store.reason.text);
      const bool is_whole =
          store.grant.state == RR_GRANT_NONE || (store.grant.address == ip && store.grant.user == user(writer) &&
                                                 store.grant.expires == store.grant.time + period);
      if (!is_whole) shared.fail(ip + ": another record");
    }
  }
}

void purge_grants(const std::string& path, Shared& shared) {
  Handle store(path);
  while (!shared.stop) {
    size_t removed = 0;
    if (rr_grants_purge(store.grants, ++shared.clock, &removed, &store.reason) != RR_OK) shared.fail(store.reason.text);
    shared.purged += static_cast<long>(removed);
  }
}

/// Ends well: not killed, and with 0.
void expect_end(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

void kill_child(pid_t child) {
  REQUIRE(kill(child, SIGKILL) == 0);
  REQUIRE(waitpid(child, nullptr, 0) == child);
}

/// Grants in the folder, each of which must be whole.
long count_whole(const std::string& path) {
  long count = 0;
  for (const auto& entry : fs::directory_iterator(path)) {
    const std::string name = entry.path().filename();
    if (name[0] == '.') continue;
    ++count;
    const std::string text = text_of(entry.path());
    CHECK(text.find("\naddress " + name + "\n") != std::string::npos);
    CHECK(text.substr(text.size() - std::min<size_t>(text.size(), 4)) == "end\n");
  }
  return count;
}

long counted(const std::string& path) { return std::stol(text_of(path + "/.lock")); }

}  // namespace

TEST_CASE("six processes record, two read and one purges: nothing is lost, and no record is read that is not whole") {
  NewStore made;
  SharedMemory shared;
  std::vector<pid_t> writers;
  std::vector<pid_t> others;
  constexpr int writing = 6;
  for (int i = 0; i < 2; ++i) others.push_back(start([&] { read_grants(made.path, *shared, writing); }));
  others.push_back(start([&] { purge_grants(made.path, *shared); }));
  for (int writer = 0; writer < writing; ++writer)
    writers.push_back(start([&] { write_grants(made.path, *shared, writer); }));
  for (const pid_t child : writers) expect_end(child);
  shared->stop = true;
  for (const pid_t child : others) expect_end(child);
  INFO(shared->first);
  CHECK(shared->wrong == 0);
  CHECK(shared->asked > 0);
  CHECK(shared->purged > 0);
  CHECK(count_whole(made.path) == counted(made.path));
  CHECK(hidden(made.path) == ".lock .users ");
}

TEST_CASE("with the clock at rest purges and revocations take nothing from others") {
  NewStore made;
  SharedMemory shared;
  constexpr int writing = 4;
  std::vector<pid_t> writers;
  const pid_t purger = start([&] {
    Handle store(made.path);
    const std::string revoked = user(writing);
    while (!shared->stop) {
      size_t removed = 0;
      if (rr_grants_purge(store.grants, noon, &removed, &store.reason) != RR_OK || removed != 0)
        shared->fail("purged: " + std::to_string(removed) + store.reason.text);
      if (rr_grants_revoke(store.grants, nullptr, revoked.c_str(), &removed, &store.reason) != RR_OK)
        shared->fail(store.reason.text);
      shared->purged += static_cast<long>(removed);
    }
  });
  for (int writer = 0; writer < writing; ++writer)
    writers.push_back(start([&] { write_grants(made.path, *shared, writer); }));
  const pid_t victim = start([&] {
    Handle store(made.path);
    for (int i = 0; !shared->stop; ++i)
      if (!store.add(address(writing, i % own_addresses), user(writing), noon)) shared->fail(store.reason.text);
  });
  for (const pid_t child : writers) expect_end(child);
  shared->stop = true;
  expect_end(victim);
  expect_end(purger);
  Store store(made.path, short_grants());
  store.revoke(nullptr, user(writing).c_str());
  INFO(shared->first);
  CHECK(shared->wrong == 0);
  CHECK(shared->purged > 0);
  CHECK(count_whole(made.path) == writing * own_addresses);
  CHECK(counted(made.path) == writing * own_addresses);
}

TEST_CASE("writers that are killed at any moment leave whole records or none, and stop nobody") {
  NewStore made;
  SharedMemory shared;
  Store store(made.path, short_grants());
  const pid_t reader = start([&] { read_grants(made.path, *shared, 3); });
  int left = 0;
  for (int kills = 0; kills < 150; ++kills) {
    const pid_t child = start([&] {
      Handle writer(made.path);
      for (int i = 0;; ++i) writer.add(address(kills % 3, i % own_addresses), user(kills % 3), shared->clock);
    });
    usleep(static_cast<useconds_t>(1500 + kills * 37 % 2000));
    kill_child(child);
    REQUIRE(store.add("192.0.2.255", "joe", noon) == RR_OK);
  }
  shared->stop = true;
  expect_end(reader);
  INFO(shared->first);
  CHECK(shared->wrong == 0);
  const timespec old[2] = {{noon, 0}, {noon, 0}};
  for (const auto& entry : fs::directory_iterator(made.path)) {
    if (entry.path().filename().string().rfind(".new-", 0) != 0) continue;
    ++left;
    REQUIRE(utimensat(AT_FDCWD, entry.path().c_str(), old, 0) == 0);
  }
  INFO(left << " records without a name");
  CHECK(left <= 150);
  CHECK(store.purge(noon) == 0);
  CHECK(hidden(made.path) == ".lock .users ");
  CHECK(count_whole(made.path) == counted(made.path));
  CHECK(counted(made.path) > 1);
}
