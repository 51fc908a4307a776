// Refresh and closing: which file answers, and when old ones go away, counted in /proc/self/maps.
// threads_test.cpp does the same under fire.
#include <cerrno>
#include <chrono>

#include "rule_cdb.hpp"

namespace {

size_t descriptors() {
  const std::filesystem::directory_iterator open("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(open), end(open)));
}

rr_result hold(rr_db* db) {
  rr_result result = RR_RESULT_INIT;
  const rr_client who = client("1.2.3.4");
  REQUIRE(rr_lookup(db, &who, &result) == RR_OK);
  return result;
}

std::string env_of(const rr_result& result) { return {result.env, result.env_len}; }

}  // namespace

TEST_CASE("a new file is seen by is_stale at once, and in answers after refresh") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", "D\0"sv}});
  Opened db(folder / "rules.cdb");
  int changed = 2;
  CHECK(rr_is_stale(db) == 0);
  CHECK(rr_refresh(db, &changed) == RR_OK);
  CHECK(changed == 0);
  write_cdb(folder / "rules.cdb", {{"", ""}});
  CHECK(rr_is_stale(db) == 1);
  CHECK(ask(db, client("1.2.3.4")) == "deny by ");
  CHECK(rr_refresh(db, &changed) == RR_OK);
  CHECK(changed == 1);
  CHECK(ask(db, client("1.2.3.4")) == "allow by ");
  CHECK(rr_is_stale(db) == 0);
  write_cdb(folder / "rules.cdb", {{"", "D\0"sv}});
  CHECK(rr_refresh(db, nullptr) == RR_OK);
  CHECK(ask(db, client("1.2.3.4")) == "deny by ");
}

TEST_CASE("a file that was only touched counts as new") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", "D\0"sv}});
  Opened db(folder / "rules.cdb");
  std::filesystem::last_write_time(folder / "rules.cdb",
                                   std::filesystem::file_time_type::clock::now() + std::chrono::seconds(3));
  CHECK(rr_is_stale(db) == 1);
}

TEST_CASE("an old file is unmapped with the last result that borrows from it") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", "+A=first\0"sv}});
  Opened db(folder / "rules.cdb");
  rr_result first = hold(db);
  rr_result second = hold(db);
  CHECK(mappings(folder) == 1);
  write_cdb(folder / "rules.cdb", {{"", "+A=later\0"sv}});
  REQUIRE(rr_refresh(db, nullptr) == RR_OK);
  CHECK(mappings(folder) == 2);
  rr_result later = hold(db);
  CHECK(env_of(first) == "+A=first\0"sv);
  CHECK(env_of(later) == "+A=later\0"sv);
  rr_result_release(&first);
  CHECK(mappings(folder) == 2);
  rr_result_release(&second);
  CHECK(mappings(folder) == 1);
  rr_result_release(&later);
  CHECK(mappings(folder) == 1);
}

TEST_CASE("a release may be repeated and leaves a denying result") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", ""}});
  Opened db(folder / "rules.cdb");
  rr_result result = hold(db);
  rr_result other = hold(db);
  rr_result_release(&result);
  rr_result_release(&result);
  rr_result_release(nullptr);
  CHECK(result.verdict == RR_DENY);
  CHECK(result.key == nullptr);
  CHECK(rr_permits(&result, RR_ALLOW) == 0);
  write_cdb(folder / "rules.cdb", {{"", ""}});
  REQUIRE(rr_refresh(db, nullptr) == RR_OK);
  CHECK(mappings(folder) == 2);
  rr_result_release(&other);
  CHECK(mappings(folder) == 1);
}

TEST_CASE("a result outlives the closing of its handle") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", "+A=first\0"sv}});
  const size_t before = descriptors();
  rr_db* db = nullptr;
  REQUIRE(rr_open((folder / "rules.cdb").c_str(), nullptr, &db) == RR_OK);
  CHECK(descriptors() == before);
  rr_result result = hold(db);
  rr_close(db);
  CHECK(mappings(folder) == 1);
  CHECK(env_of(result) == "+A=first\0"sv);
  rr_result_release(&result);
  CHECK(mappings(folder) == 0);
}

TEST_CASE("a missing, damaged or short new file leaves the old one in use") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"1.", "D\0"sv}});
  Opened db(folder / "rules.cdb");
  const size_t before = descriptors();
  int changed = 2;
  std::filesystem::remove(folder / "rules.cdb");
  CHECK(rr_is_stale(db) == 1);
  CHECK(rr_refresh(db, &changed) == RR_SYSTEM);
  CHECK(errno == ENOENT);
  CHECK(changed == 0);
  for (const std::string& bytes : {std::string(), std::string("1.:deny\n"), std::string(4096, 'x')}) {
    write_bytes(folder / "rules.cdb", bytes);
    CHECK(rr_refresh(db, &changed) == RR_CORRUPT);
    CHECK(changed == 0);
    CHECK(rr_is_stale(db) == 1);
  }
  CHECK(ask(db, client("1.2.3.4")) == "deny by 1.");
  CHECK(mappings(folder) == 1);
  CHECK(descriptors() == before);
  write_cdb(folder / "rules.cdb", {{"1.", ""}});
  CHECK(rr_refresh(db, &changed) == RR_OK);
  CHECK(changed == 1);
  CHECK(ask(db, client("1.2.3.4")) == "allow by 1.");
}

TEST_CASE("refreshes that fail use nothing up, however many there are") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"1.", "D\0"sv}});
  Opened db(folder / "rules.cdb");
  const size_t before = descriptors();
  write_bytes(folder / "rules.cdb", "1.:deny\n");
  for (int i = 0; i < 200; ++i) REQUIRE(rr_refresh(db, nullptr) == RR_CORRUPT);
  std::filesystem::remove(folder / "rules.cdb");
  for (int i = 0; i < 200; ++i) REQUIRE(rr_refresh(db, nullptr) == RR_SYSTEM);
  CHECK(descriptors() == before);
  write_cdb(folder / "rules.cdb", {{"1.", ""}});
  CHECK(rr_refresh(db, nullptr) == RR_OK);
  CHECK(ask(db, client("1.2.3.4")) == "allow by 1.");
  CHECK(mappings(folder) == 1);
}

TEST_CASE("results that are never released cost mappings, then RR_BUSY, never a wrong answer") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"", "+N=0\0"sv}});
  Opened db(folder / "rules.cdb");
  std::vector<rr_result> held;
  for (int i = 1; i <= 63; ++i) {
    held.push_back(hold(db));
    write_cdb(folder / "rules.cdb", {{"", "+N=" + std::to_string(i) + '\0'}});
    REQUIRE(rr_refresh(db, nullptr) == RR_OK);
  }
  CHECK(mappings(folder) == 64);
  write_cdb(folder / "rules.cdb", {{"", "+N=last\0"sv}});
  int changed = 2;
  CHECK(rr_refresh(db, &changed) == RR_BUSY);
  CHECK(changed == 0);
  CHECK(ask(db, client("1.2.3.4")) == "allow by ");
  for (size_t i = 0; i < held.size(); ++i) CHECK(env_of(held[i]) == "+N=" + std::to_string(i) + '\0');
  rr_result_release(&held[30]);
  CHECK(rr_refresh(db, &changed) == RR_OK);
  CHECK(changed == 1);
  for (rr_result& result : held) rr_result_release(&result);
  CHECK(mappings(folder) == 1);
}

TEST_CASE("calls on no handle are refused") {
  int changed = 2;
  CHECK(rr_is_stale(nullptr) == 0);
  CHECK(rr_refresh(nullptr, &changed) == RR_BAD_ARGUMENT);
  CHECK(changed == 0);
}
