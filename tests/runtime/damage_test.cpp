// Damaged and foreign files: every one must deny, end in time, and stay within the file.
// Files are damaged both before they are opened and, through the raw step of the runtime, past the check at the
// opening: a file may be written into while it is in use. Invariant: "within the file" is asserted on the views that
// come back. A flipped bit may turn a deny into an allow of the same length; no reader can tell.
#include "lookup.hpp"
#include "rule_cdb.hpp"

using relayrules::runtime::Bytes;
using relayrules::runtime::Map;
using relayrules::runtime::Outcome;
using relayrules::runtime::Query;
using relayrules::runtime::Record;

namespace {

const Records small_world = {{"1.2.3.4", "D\0"sv}, {"1.2.", "+RELAYCLIENT=\0"sv}, {"=.b.c", "D\0"sv}, {"", ""}};

/// A CDB of these records as bytes.
std::string cdb_bytes(const Records& records) {
  Folder folder;
  write_cdb(folder / "rules.cdb", records);
  return read_bytes(folder / "rules.cdb");
}

void put_word(std::string& bytes, size_t at, uint32_t word) {
  for (int i = 0; i < 4; ++i) bytes[at + static_cast<size_t>(i)] = static_cast<char>(word >> (8 * i));
}

uint32_t get_word(const std::string& bytes, size_t at) {
  return relayrules::runtime::load_word(reinterpret_cast<const unsigned char*>(bytes.data()) + at);
}

/// What a file of these bytes answers: "not opened: STATUS" or as ask() has it.
std::string ask_bytes(const std::string& bytes, const rr_client& who) {
  Folder folder;
  write_bytes(folder / "rules.cdb", bytes);
  rr_db* db = nullptr;
  const rr_status status = rr_open((folder / "rules.cdb").c_str(), nullptr, &db);
  if (status != RR_OK) return status == RR_CORRUPT ? "not opened: RR_CORRUPT" : "not opened: another error";
  const std::string answer = ask(db, who);
  rr_close(db);
  return answer;
}

Bytes view(std::string_view text) { return {text.data(), text.size()}; }

bool is_within(Bytes part, Bytes whole) {
  return part.data >= whole.data && part.data + part.size <= whole.data + whole.size;
}

/// Asks the raw step in a file that nobody checked.
Outcome ask_raw(const std::string& path, const std::string& bytes) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  REQUIRE(write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  Map map;
  Outcome outcome = Outcome::corrupt;
  if (map.open(fd)) {
    Record record;
    outcome = find_first(map, Query{view("1.2.3.4"), view("a.b.c"), view("joe"), {}}, &record);
    if (outcome == Outcome::found) {
      CHECK(is_within(record.key, map.bytes()));
      CHECK(is_within(record.value, map.bytes()));
    }
    map.close();
  }
  close(fd);
  return outcome;
}

}  // namespace

TEST_CASE("a file that is cut short anywhere is not opened") {
  const std::string whole = cdb_bytes(small_world);
  Folder folder;
  for (size_t size = 0; size < whole.size(); ++size) {
    write_bytes(folder / "rules.cdb", std::string_view(whole).substr(0, size));
    rr_db* db = nullptr;
    if (rr_open((folder / "rules.cdb").c_str(), nullptr, &db) != RR_CORRUPT) FAIL("opened at " << size << " bytes");
    REQUIRE(db == nullptr);
  }
  CHECK(ask_bytes(whole, client("1.2.3.4")) == "deny by 1.2.3.4");
}

TEST_CASE("the raw step survives a file that is cut short anywhere") {
  const std::string whole = cdb_bytes(small_world);
  Folder folder;
  for (size_t size = 0; size < whole.size(); ++size) ask_raw(folder / "raw.cdb", whole.substr(0, size));
  CHECK(ask_raw(folder / "raw.cdb", whole) == Outcome::found);
}

TEST_CASE("a file with any single byte changed neither crashes nor answers from outside") {
  const std::string whole = cdb_bytes(small_world);
  Folder folder;
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      ask_raw(folder / "raw.cdb", damaged);
      if (at < 2048 && flip == 0xff &&
          get_word(damaged, at & ~size_t{7}) + get_word(damaged, at | 4) * 8 > whole.size())
        CHECK(ask_bytes(damaged, client("1.2.3.4")) == "not opened: RR_CORRUPT");
    }
  }
}

TEST_CASE("offsets and lengths that lead outside are corrupt, and deny") {
  const std::string whole = cdb_bytes({{"1.2.3.4", ""}});
  const size_t pair = 8 * (0x3c4cfacf & 255);
  const size_t table = get_word(whole, pair);
  const size_t slot = table + (get_word(whole, table + 4) == 0 ? 8 : 0);
  const auto damage = [&](size_t at, uint32_t word) {
    std::string damaged = whole;
    put_word(damaged, at, word);
    return ask_bytes(damaged, client("1.2.3.4"));
  };
  CHECK(damage(slot + 4, 0xffffffff) == "deny: RR_CORRUPT");
  CHECK(damage(slot + 4, static_cast<uint32_t>(whole.size()) - 7) == "deny: RR_CORRUPT");
  CHECK(damage(2048, 8) == "no match");
  CHECK(damage(2048, 0xffffffff) == "no match");
  CHECK(damage(2052, 0xffffffff) == "deny: RR_CORRUPT");
  CHECK(damage(2052, static_cast<uint32_t>(whole.size() - 2063 + 1)) == "deny: RR_CORRUPT");
  CHECK(damage(pair, static_cast<uint32_t>(whole.size())) == "not opened: RR_CORRUPT");
  CHECK(damage(pair, 0) == "not opened: RR_CORRUPT");
  CHECK(damage(pair + 4, 0x20000001) == "not opened: RR_CORRUPT");
}

TEST_CASE("a table without an empty slot ends the search all the same") {
  std::string bytes = cdb_bytes({{"1.2.3.4", ""}});
  const size_t pair = 8 * (0x3c4cfacf & 255);
  for (size_t i = 0; i < 2; ++i) {
    put_word(bytes, get_word(bytes, pair) + 8 * i, 0x3c4cfacf);
    put_word(bytes, get_word(bytes, pair) + 8 * i + 4, 2048);
  }
  put_word(bytes, 2048, 6);
  CHECK(ask_bytes(bytes, client("1.2.3.4")) == "no match");
}

TEST_CASE("a huge table of one endless chain ends the search within the file") {
  std::string bytes = cdb_bytes({{"1.2.3.4", ""}});
  const size_t pair = 8 * (0x3c4cfacf & 255);
  const uint32_t slots = 1 << 20;
  put_word(bytes, pair, static_cast<uint32_t>(bytes.size()));
  put_word(bytes, pair + 4, slots);
  std::string slot(8, '\0');
  put_word(slot, 0, 0x3c4cfacf);
  put_word(slot, 4, 2040);
  for (uint32_t i = 0; i < slots; ++i) bytes += slot;
  CHECK(ask_bytes(bytes, client("1.2.3.4")) == "no match");
}

TEST_CASE("a file that is no CDB is not opened") {
  CHECK(ask_bytes("", client("1.2.3.4")) == "not opened: RR_CORRUPT");
  CHECK(ask_bytes("1.2.3.4:deny\n", client("1.2.3.4")) == "not opened: RR_CORRUPT");
  CHECK(ask_bytes(std::string(2048, '\0'), client("1.2.3.4")) == "not opened: RR_CORRUPT");
  CHECK(ask_bytes(std::string(100'000, 'x'), client("1.2.3.4")) == "not opened: RR_CORRUPT");
}

TEST_CASE("a file of more than 4 GiB answers from its front, as far as offsets reach") {
  Folder folder;
  write_cdb(folder / "rules.cdb", small_world);
  std::filesystem::resize_file(folder / "rules.cdb", uintmax_t{5} << 30);
  Opened db(folder / "rules.cdb");
  CHECK(ask(db, client("1.2.3.4")) == "deny by 1.2.3.4");
  CHECK(ask(db, client("9.9.9.9")) == "allow by ");
}

TEST_CASE("an empty file and one that is too short set the errno that tcprulescheck shows") {
  Folder folder;
  for (const auto& [size, reason] : {std::pair{size_t{0}, EINVAL}, {size_t{100}, EPROTO}, {size_t{2047}, EPROTO}}) {
    write_bytes(folder / "short.cdb", std::string(size, '\0'));
    const int fd = open((folder / "short.cdb").c_str(), O_RDONLY | O_CLOEXEC);
    Map map;
    CHECK_FALSE(map.open(fd));
    CHECK(errno == reason);
    close(fd);
  }
}

TEST_CASE("a value that tcprules does not write is foreign, and denies") {
  for (const std::string_view value :
       {"D"sv, "+A=b"sv, "D\0+A=b"sv, "+RELAYCLIENT=\0D"sv,  // tcpserver takes these for allows
        "\0"sv, "\0D\0"sv, "D\0\0"sv, "+\0"sv, "+A\0"sv, "#line 3\0"sv, "A\0"sv, "d\0"sv, " D\0"sv,
        "+RELAYCLIENT=\0X\0"sv, "A\0\0\0\0"sv, "+A=b\0I"sv, "allow"sv, "OK\0"sv, "RELAY\0"sv}) {
    CAPTURE(value);
    CHECK(ask({{"1.2.", value}, {"", ""}}, client("1.2.3.4")) == "deny: RR_FOREIGN");
  }
}

TEST_CASE("a failed lookup holds on to nothing") {
  Folder folder;
  write_cdb(folder / "rules.cdb", {{"1.", "D"}, {"2.", ""}});
  Opened db(folder / "rules.cdb");
  for (const char* ip : {"1.2.3.4", "3.2.3.4", "x"}) {
    rr_result result = RR_RESULT_INIT;
    const rr_client who = client(ip);
    CHECK((rr_lookup(db, &who, &result) == RR_OK) == (ip[0] == '3'));
    CHECK(result.key == nullptr);
    CHECK(result.reserved_[0] == nullptr);
  }
}
