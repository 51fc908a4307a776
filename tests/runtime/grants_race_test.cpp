// What happens to a grant between the look of somebody who removes it and the removal. This file has a flock() of its
// own, by which every writer takes the store's lock: there the other writer comes in, each time at the same place.
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <functional>

#include "grants_store.hpp"

namespace {

/// Runs once, before the next lock is taken.
std::function<void()> before_lock;

}  // namespace

extern "C" int flock(int fd, int operation) noexcept {
  if (before_lock) std::exchange(before_lock, {})();
  return static_cast<int>(syscall(SYS_flock, fd, operation));
}

TEST_CASE("a grant that is renewed when purge has seen it expire stays") {
  NewStore made;
  Store purger(made.path);
  Store writer(made.path);
  REQUIRE(purger.add("192.0.2.8") == RR_OK);
  before_lock = [&] { REQUIRE(writer.add("192.0.2.8", "joe", noon + 900) == RR_OK); };
  CHECK(purger.purge(noon + 900) == 0);
  REQUIRE(!before_lock);
  CHECK(purger.look("192.0.2.8", noon + 900) == "valid");
  CHECK(text_of(made.path + "/.lock").substr(0, 2) == "1 ");
}

// The number of a file that is gone is given to a new one: formerly the third record was taken for the first.
TEST_CASE("a grant that is renewed again and again when purge has seen it expire stays, whatever file it is in") {
  const std::string disk = RELAYRULES_BINARY_DIR "/grants-race";
  NewStore made;
  for (const std::string& path : {made.path, disk}) {
    fs::create_directory(path);
    Store purger(path);
    REQUIRE(purger.status == RR_OK);
    Store writer(path);
    for (int renewals = 1; renewals <= 4; ++renewals) {
      REQUIRE(purger.add("192.0.2.8") == RR_OK);
      before_lock = [&] {
        for (int i = 0; i < renewals; ++i) REQUIRE(writer.add("192.0.2.8", "joe", noon + 900 + i) == RR_OK);
      };
      CHECK(purger.purge(noon + 900) == 0);
      REQUIRE(!before_lock);
      INFO(path << ", " << renewals << " renewals");
      CHECK(purger.look("192.0.2.8", noon + 900) == "valid");
    }
    CHECK(purger.purge(noon + 9000) == 1);
  }
  fs::remove_all(disk);
}

TEST_CASE(
    "a grant that another user gets while the grants of one are revoked stays, and one that is gone is not counted") {
  NewStore made;
  Store revoker(made.path);
  Store writer(made.path);
  REQUIRE(revoker.add("192.0.2.8", "joe") == RR_OK);
  before_lock = [&] {
    for (const char* user : {"ann", "ann"}) REQUIRE(writer.add("192.0.2.8", user) == RR_OK);
  };
  CHECK(revoker.revoke(nullptr, "joe") == 0);
  CHECK(revoker.list() == "192.0.2.8 ann; ");
  before_lock = [&] { CHECK(writer.revoke(nullptr, "ann") == 1); };
  CHECK(revoker.revoke(nullptr, "ann") == 0);
  CHECK(text_of(made.path + "/.lock").substr(0, 2) == "0 ");
}
