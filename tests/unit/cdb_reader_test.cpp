// What the tools read of a CDB is what a look-up finds in it: a whole file is read whoever wrote it, and any other is
// refused.
//
// tinycdb's own look-up (cdb_find) is the judge. Files are damaged byte by byte; they are also laid out by hand as no
// compiler here does it, for other programs may.
#include "cdb/read.hpp"

#include <cdb.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <random>

#include "cdb/value.hpp"
#include "model/evaluate.hpp"
#include "model/key.hpp"
#include "small_world.hpp"

namespace core {
namespace {

using namespace std::string_literals;
using Records = std::vector<std::pair<std::string, std::string>>;

void put_word(std::string& bytes, std::size_t at, std::uint32_t word) {
  for (unsigned i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(word >> (8 * i));
}

std::uint32_t get_word(const std::string& bytes, std::size_t at) {
  return cdb_unpack(reinterpret_cast<const unsigned char*>(bytes.data()) + at);
}

std::string word(std::size_t value) {
  std::string bytes(4, '\0');
  put_word(bytes, 0, static_cast<std::uint32_t>(value));
  return bytes;
}

/// A file in memory, and a look-up in it that is not ours.
class Judge {
 public:
  explicit Judge(const std::string& bytes) : file_(memfd_create("rules", MFD_CLOEXEC)) {
    REQUIRE(pwrite(file_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    opened_ = cdb_init(&map_, file_) == 0;
  }
  ~Judge() {
    if (opened_) cdb_free(&map_);
    close(file_);
  }
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  /// The value of a key; none when it is not found. That the judge itself calls the file damaged is a failure here.
  std::optional<std::string_view> find(const std::string& key) {
    REQUIRE(opened_);
    const int found = cdb_find(&map_, key.data(), static_cast<unsigned>(key.size()));
    REQUIRE(found >= 0);
    if (found == 0) return std::nullopt;
    return std::string_view(static_cast<const char*>(cdb_getdata(&map_)), cdb_datalen(&map_));
  }

 private:
  int file_;
  ::cdb map_{};
  bool opened_ = false;
};

std::string written_by_tinycdb(const Records& records) {
  const int file = memfd_create("rules", MFD_CLOEXEC);
  cdb_make make{};
  cdb_make_start(&make, file);
  for (const auto& [key, value] : records)
    cdb_make_add(&make, key.data(), static_cast<unsigned>(key.size()), value.data(),
                 static_cast<unsigned>(value.size()));
  REQUIRE(cdb_make_finish(&make) == 0);
  std::string bytes(static_cast<std::size_t>(lseek(file, 0, SEEK_END)), '\0');
  REQUIRE(pread(file, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  close(file);
  return bytes;
}

/// How a program may lay out its tables that is neither tinycdb nor tcprules.
struct Style {
  std::uint32_t factor = 2;     ///< slots for each record
  std::uint32_t more = 0;       ///< and some more in each table
  bool backwards = false;       ///< the last table stands first in the file, but for table 0
  bool empty_at_start = false;  ///< tables without slots are said to stand where the records begin, else at the end
  std::string behind = {};      ///< what follows the last table
};

std::string written_by_hand(const Records& records, const Style& style) {
  std::string file(2048, '\0');
  std::vector<std::vector<std::pair<std::uint32_t, std::size_t>>> tables(256);
  for (const auto& [key, value] : records) {
    const std::uint32_t hash = cdb_hash(key.data(), static_cast<unsigned>(key.size()));
    tables[hash & 255].emplace_back(hash, file.size());
    file += word(key.size()) + word(value.size()) + key + value;
  }
  const std::size_t records_end = file.size();
  for (unsigned i = 0; i < 256; ++i) {
    const unsigned index = style.backwards ? (256 - i) % 256 : i;
    const auto& entries = tables[index];
    const auto slots = entries.empty() ? 0 : static_cast<std::uint32_t>(entries.size()) * style.factor + style.more;
    std::string table(std::size_t{slots} * 8, '\0');
    for (const auto& [hash, record] : entries) {
      std::uint32_t at = (hash >> 8) % slots;
      while (get_word(table, at * 8 + 4) != 0) at = (at + 1) % slots;
      table.replace(at * 8, 8, word(hash) + word(record));
    }
    put_word(file, index * 8,
             static_cast<std::uint32_t>(slots == 0 && style.empty_at_start && index != 0 ? 2048 : file.size()));
    put_word(file, index * 8 + 4, slots);
    file += table;
  }
  put_word(file, 0, static_cast<std::uint32_t>(records_end));
  return file + style.behind;
}

Result<cdb::Reader> read(const std::string& bytes) {
  FileBytes file{std::make_unique<char[]>(bytes.size()), bytes.size()};
  std::copy(bytes.begin(), bytes.end(), file.bytes.get());
  return cdb::Reader::take("rules.cdb", std::move(file));
}

/// What tcpserver does with the client, by the judge's look-ups; none where it would meet a record that is not its own.
std::optional<bool> judged(Judge& judge, const Client& client) {
  for (const std::string& key : keys_asked_for(tcpserver_keys, client)) {
    const auto value = judge.find(key);
    if (!value) continue;
    const cdb::DecodedValue decoded = cdb::decode_value(*value);
    return decoded.error.empty() ? std::optional(decoded.access == Access::allow) : std::nullopt;
  }
  return true;
}

const std::vector<std::string> keys = {"",   "1.",   "1.2.",        "1.2.3.4",  "1.2.3.5", "=", "=.b", "ah",
                                       "g.", "=a.b", "joe@1.2.3.4", "joe@=a.b", "10.",     "2", "\0"s, "1.2.3.4\0"s};
const std::vector<std::string> values = {"", "D\0"s, "+RELAYCLIENT=\0"s, "+A=b\0D\0"s, "D"};

/// All that may be said of a file that is read: false when it is refused.
bool agrees_with_the_judge(const std::string& bytes) {
  const auto reader = read(bytes);
  if (!reader.ok()) return false;
  Judge judge(bytes);
  const auto records = reader.value().records();
  std::vector<std::string> asked = keys;
  for (const auto& record : records) asked.emplace_back(record.key);
  for (const std::string& key : asked) {
    const auto found = judge.find(key);
    REQUIRE(reader.value().find(key) == found);
    const auto first =
        std::find_if(records.begin(), records.end(), [&](const auto& record) { return record.key == key; });
    REQUIRE((first == records.end() ? std::nullopt : std::optional(first->value)) == found);
  }
  Findings findings;
  const Policy policy = cdb::read_policy(reader.value(), tcpserver_keys, findings);
  REQUIRE(policy.complete == findings.empty());
  if (!policy.complete) return true;
  for (const char* ip : {"1.2.3.4", "1.2.3.5", "1.9.9.9", "10.0.0.1", "2.2.2.2"})
    for (const auto& host : {std::optional<std::string>(), std::optional("a.b"s), std::optional("c.b"s)}) {
      const Client client{*parse_address(ip), host, "joe"};
      REQUIRE(judged(judge, client) == permits(policy, evaluate(policy, client)));
    }
  return true;
}

class RecordMaker {
 public:
  explicit RecordMaker(unsigned seed) : random_(seed) {}
  Records records() {
    Records records;
    for (std::size_t i = pick(7); i > 0; --i)
      records.emplace_back(keys[pick(keys.size())], values[pick(values.size())]);
    return records;
  }
  std::size_t pick(std::size_t below) { return random_() % below; }

 private:
  std::mt19937 random_;
};

/// The table, and in it the slot, that a look-up for the only record of a table comes to.
struct OneSlot {
  std::size_t pair;
  std::size_t slot;
};
OneSlot slot_of(const std::string& bytes, const std::string& key) {
  const std::uint32_t hash = cdb_hash(key.data(), static_cast<unsigned>(key.size()));
  const std::size_t pair = (hash & 255) * 8;
  std::size_t slot = get_word(bytes, pair);
  while (get_word(bytes, slot) != hash || get_word(bytes, slot + 4) == 0) slot += 8;
  return {pair, slot};
}

}  // namespace

TEST_CASE("a CDB with any byte changed is refused, or says to us what it says to a look-up") {
  unsigned accepted = 0;
  unsigned refused = 0;
  for (unsigned seed = 0; seed < small_world::rounds(3000); ++seed) {
    RecordMaker make(seed);
    std::string bytes = written_by_tinycdb(make.records());
    REQUIRE(agrees_with_the_judge(bytes));
    for (int i = 0; i < 8; ++i) {
      std::string changed = bytes;
      // half of the changes behind the table of contents: records and tables are short
      const std::size_t from = i % 2 == 0 || bytes.size() == 2048 ? 0 : 2048;
      const std::size_t at = from + make.pick(bytes.size() - from);
      changed[at] = static_cast<char>(changed[at] ^ (1 << make.pick(8)));
      ++(agrees_with_the_judge(changed) ? accepted : refused);
    }
  }
  CHECK(accepted > 100);
  CHECK(refused > 100);
}

TEST_CASE("each byte of a CDB in turn: changed, it is refused or says what it says to a look-up") {
  const std::string bytes =
      written_by_tinycdb({{"1.2.", "D\0"s}, {"1.2.", ""}, {"=a.b", "+RELAYCLIENT=\0"s}, {"", "D\0"s}});
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const int flip : {0x01, 0x08, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      (void)agrees_with_the_judge(changed);
    }
  CHECK(agrees_with_the_judge(bytes));
}

TEST_CASE("a CDB that is cut short anywhere is refused") {
  const std::string bytes = written_by_tinycdb({{"1.2.3.4", "D\0"s}, {"1.2.", "+RELAYCLIENT=\0"s}, {"", ""}});
  for (std::size_t size = 0; size < bytes.size(); ++size)
    if (read(bytes.substr(0, size)).ok()) FAIL("read at " << size << " bytes");
  CHECK(read(bytes).ok());
}

TEST_CASE("a CDB is read whoever laid it out, as long as a look-up finds every record") {
  const std::vector<Style> styles = {{},
                                     {.factor = 1},
                                     {.factor = 1, .more = 1},
                                     {.factor = 3, .more = 5},
                                     {.factor = 2, .backwards = true},
                                     {.factor = 2, .empty_at_start = true},
                                     {.factor = 1, .backwards = true, .empty_at_start = true, .behind = "\n"}};
  for (unsigned seed = 0; seed < small_world::rounds(300); ++seed)
    for (const Style& style : styles) {
      RecordMaker make(seed);
      Records records = make.records();
      if (records.empty()) records.emplace_back("", "");
      CAPTURE(seed, style.factor, style.more, style.backwards, style.empty_at_start);
      CHECK(agrees_with_the_judge(written_by_hand(records, style)));
    }
  const Records records = {{"1.", ""}, {"", "D\0"s}};
  CHECK(written_by_hand(records, {}) == written_by_tinycdb(records));
}

TEST_CASE("a CDB that is cut short after it was opened goes on answering") {
  const std::string path = (std::filesystem::temp_directory_path() / "relayrules-cut.XXXXXX").string();
  std::string name = path;
  const int file = mkstemp(name.data());
  const std::string bytes = written_by_tinycdb({{"1.", std::string(100'000, 'x')}, {"2.", "D\0"s}});
  REQUIRE(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  const auto reader = cdb::Reader::open(name);
  REQUIRE(ftruncate(file, 0) == 0);
  REQUIRE(reader.ok());
  CHECK(reader.value().find("2.") == "D\0"s);
  CHECK(reader.value().records().size() == 2);
  close(file);
  std::filesystem::remove(name);
}

TEST_CASE("what is wrong with a CDB is said") {
  const Records records = {{"1.2.3.4", "D\0"s}, {"", "+RELAYCLIENT=\0"s}};
  const std::string whole = written_by_tinycdb(records);
  const OneSlot address = slot_of(whole, "1.2.3.4");
  const OneSlot empty = slot_of(whole, "");
  const auto other_slot = [&](const OneSlot& one) {
    return one.slot == get_word(whole, one.pair) ? one.slot + 8 : one.slot - 8;
  };
  const auto said = [](const std::string& bytes) {
    const auto reader = read(bytes);
    return reader.ok() ? "nothing" : reader.error().message();
  };
  const auto with = [&](std::size_t at, std::size_t value) {
    std::string bytes = whole;
    put_word(bytes, at, static_cast<std::uint32_t>(value));
    return bytes;
  };
  const auto because = [](const std::string& reason) {
    return "cannot read 'rules.cdb': it is no whole CDB: " + reason + "; compile the rules again";
  };
  CHECK(said(whole) == "nothing");
  CHECK(said("") == because("it ends before its table of contents does"));
  const std::string outside = because("a hash table does not lie in the file, behind the table of contents");
  CHECK(said(std::string(2048, '\0')) == outside);
  CHECK(said(with(address.pair, 0xfffffff8)) == outside);
  CHECK(said(with(address.pair + 4, 0x20000002)) == outside);
  CHECK(said(with(1024, 2047)) == outside);
  const std::string cut_records = because("its records do not end where the hash tables begin");
  CHECK(said(with(2048, 0xfffffff7)) == cut_records);
  CHECK(said(with(2052, 3)) == cut_records);
  CHECK(said(with(0, get_word(whole, 0) - 1)) == cut_records);
  CHECK(said(with(0, 2048)) ==
        because("a slot leads to byte 2065, where no record begins, or one that has a slot already"));
  CHECK(said(with(address.pair, 2056)) == because("its hash tables lie in its records, or in each other"));
  CHECK(said(with(address.slot + 4, 2049)) ==
        because("a slot leads to byte 2049, where no record begins, or one that has a slot already"));
  CHECK(said(with(address.slot + 4, get_word(whole, empty.slot + 4))) ==
        because("a slot leads to byte 2065, where no record begins, or one that has a slot already"));
  CHECK(said(with(address.slot, 7)) == because("a look-up does not find the record at byte 2048"));
  CHECK(said(with(2056, get_word(whole, 2056) ^ 1)) == because("a look-up does not find the record at byte 2048"));
  CHECK(said(with(address.slot + 4, 0)) == because("a record stands in no hash table, so that no look-up finds it"));
  std::string moved = with(address.slot + 4, 0);
  put_word(moved, other_slot(address), get_word(whole, address.slot));
  put_word(moved, other_slot(address) + 4, 2048);
  CHECK(said(moved) == because("a look-up does not find the record at byte 2048"));
  std::string no_slots = whole;
  for (std::size_t pair = 0; pair < 2048; pair += 8) put_word(no_slots, pair + 4, 0);
  CHECK(said(no_slots) == cut_records);
}

TEST_CASE("of records with one key a look-up must find the first one first") {
  const std::string bytes = written_by_tinycdb({{"1.", "D\0"s}, {"1.", ""}});
  const std::size_t slot = slot_of(bytes, "1.").slot;
  const std::size_t pair = slot_of(bytes, "1.").pair;
  const std::size_t next = slot + 8 == get_word(bytes, pair) + 32 ? get_word(bytes, pair) : slot + 8;
  REQUIRE(get_word(bytes, next) == get_word(bytes, slot));
  std::string swapped = bytes;
  put_word(swapped, slot + 4, get_word(bytes, next + 4));
  put_word(swapped, next + 4, get_word(bytes, slot + 4));
  const auto reader = read(swapped);
  REQUIRE_FALSE(reader.ok());
  CHECK(reader.error().message() ==
        "cannot read 'rules.cdb': it is no whole CDB: of two records with one key a look-up finds the later one; "
        "compile the rules "
        "again");
  // keys of one hash that differ may stand in any order
  REQUIRE(cdb_hash("ah", 2) == cdb_hash("g.", 2));
  std::string other = written_by_hand({{"ah", ""}, {"g.", "D\0"s}}, {.factor = 1});
  const std::size_t table = get_word(other, (cdb_hash("ah", 2) & 255) * 8);
  const std::uint32_t first = get_word(other, table + 4);
  put_word(other, table + 4, get_word(other, table + 12));
  put_word(other, table + 12, first);
  CHECK(agrees_with_the_judge(other));
}

TEST_CASE("a CDB is known by its first bytes, a damaged one too, and no text is taken for one") {
  const std::string whole = written_by_tinycdb({{"1.2.3.4", "D\0"s}, {"", ""}});
  const auto known = [](const std::string& bytes) {
    return cdb::looks_like_database(std::string_view(bytes).substr(0, 2048), bytes.size());
  };
  CHECK(known(whole));
  CHECK(known(whole.substr(0, 2048)));
  CHECK(known(written_by_hand({{"1.", ""}, {"", ""}}, {.factor = 1, .backwards = true, .empty_at_start = true})));
  for (std::size_t at = 0; at < 2048; ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0xff);
    if (!known(changed)) FAIL("not known with byte " << at << " changed");
  }
  CHECK_FALSE(known(whole.substr(0, 2047)));
  for (const char letter : {'\0', '\t', '\n', ' ', '.', '1', 'z', '\xff'})
    CHECK_FALSE(known(std::string(100'000, letter)));
  std::string rules;
  for (unsigned i = 0; i < 500; ++i) rules += "10." + std::to_string(i % 256) + ".:allow\n";
  CHECK_FALSE(known(rules));
}

}  // namespace core
