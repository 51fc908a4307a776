// Threads on one handle of a store of grants, in which nothing changes after it was opened. It is for the thread
// sanitizer, too.
#include <atomic>
#include <thread>

#include "grants_store.hpp"

TEST_CASE("one handle of a store serves threads that record, look up and purge") {
  NewStore made;
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.wait_ms = 30000;
  rr_grants* grants = nullptr;
  REQUIRE(rr_grants_open(made.path.c_str(), &options, &grants, nullptr) == RR_OK);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 100; ++i) {
        const std::string ip = "192.0." + std::to_string(thread) + "." + std::to_string(i % 10);
        const rr_client client = at(ip);
        rr_grant grant = RR_GRANT_INIT;
        rr_reason reason = RR_REASON_INIT;
        if (rr_grants_add(grants, &client, ip.c_str(), "imap", noon, &reason) != RR_OK) ++wrong;
        if (rr_grants_lookup(grants, &client, noon, &grant, &reason) != RR_OK) ++wrong;
        if (grant.state != RR_GRANT_VALID || grant.user != ip) ++wrong;
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 20; ++i) {
      size_t removed = 0;
      if (rr_grants_purge(grants, noon, &removed, nullptr) != RR_OK || removed != 0) ++wrong;
    }
  });
  for (std::thread& thread : threads) thread.join();
  rr_grants_close(grants);
  CHECK(wrong == 0);
  CHECK(std::distance(fs::directory_iterator(made.path), {}) == 42);
}
