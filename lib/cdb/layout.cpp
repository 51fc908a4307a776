// Reading a CDB's bytes, and what is wrong with them: see layout.hpp.
//
// The tables are held against the records from both sides: each used slot leads to a record of the walk, under its own
// hash and within reach of a look-up that begins at the slot of that hash, and each record has exactly one slot. Slots
// are taken run by run, a run being used slots without an empty one between them: what a look-up passes on its way to a
// record lies in one run.
#include "cdb/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace core::cdb {

std::uint32_t hash_of(std::string_view key) {
  std::uint32_t hash = 5381;
  for (const char c : key) hash = (hash * 33) ^ static_cast<unsigned char>(c);
  return hash;
}

std::optional<Layout::Record> Layout::record(std::uint64_t offset, std::uint64_t end) const {
  if (offset > end || end - offset < 8) return std::nullopt;
  const std::uint64_t key_size = word(offset);
  const std::uint64_t value_size = word(offset + 4);
  if (key_size + value_size > end - offset - 8) return std::nullopt;
  return Record{file_.substr(offset + 8, key_size), file_.substr(offset + 8 + key_size, value_size)};
}

std::uint64_t Layout::records_end() const {
  for (std::uint32_t i = 0; i < tables; ++i)
    if (table(i).slots != 0) return table(0).offset;
  return file_.size();  // nothing behind the header can be found
}

namespace {

class Inspector {
 public:
  explicit Inspector(std::string_view file) : file_(file), layout_(file) {}

  std::string find_damage() {
    if (is_text()) return "it is text, as rules are before they are compiled";
    if (file_.size() < Layout::header_bytes) return "it ends before its table of contents does";
    if (!tables_lie_in_file()) return "a hash table does not lie in the file, behind the table of contents";
    end_ = layout_.records_end();
    if (!tables_lie_behind_records()) return "its hash tables lie in its records, or in each other";
    if (!walk_records()) return "its records do not end where the hash tables begin";
    for (std::uint32_t i = 0; i < Layout::tables; ++i)
      if (std::string damage = inspect_table(i); !damage.empty()) return damage;
    return left_ == 0 ? "" : "a record stands in no hash table, so that no look-up finds it";
  }

 private:
  /// Such as rules that are not compiled. The first place in a CDB is that of a hash table, behind 2 KB.
  [[nodiscard]] bool is_text() const {
    const std::string_view start = file_.substr(0, 64);
    return !start.empty() && std::none_of(start.begin(), start.end(), [](char c) {
      return c == '\x7f' || (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r');
    });
  }

  /// A used slot, as a look-up for its key comes to it.
  struct Used {
    std::uint32_t hash;
    std::uint32_t steps;  ///< from the slot where the look-up begins
    std::uint32_t record;
  };

  bool tables_lie_in_file() const {
    for (std::uint32_t i = 0; i < Layout::tables; ++i) {
      const Layout::Table table = layout_.table(i);
      if (table.offset < Layout::header_bytes || table.end() > file_.size()) return false;
    }
    return true;
  }

  /// The sum keeps a file from having the same slots looked at 256 times.
  bool tables_lie_behind_records() const {
    std::uint64_t bytes = 0;
    for (std::uint32_t i = 0; i < Layout::tables; ++i) {
      const Layout::Table table = layout_.table(i);
      if (table.slots != 0 && table.offset < end_) return false;
      bytes += table.end() - table.offset;
    }
    return bytes <= file_.size() - end_;
  }

  /// Marks where records begin.
  bool walk_records() {
    begins_.resize(end_);
    for (std::uint64_t at = Layout::header_bytes; at != end_;) {
      const auto record = layout_.record(at, end_);
      if (!record) return false;
      begins_[at] = true;
      ++left_;
      at += record->size();
    }
    return true;
  }

  std::string inspect_table(std::uint32_t index) {
    index_ = index;
    table_ = layout_.table(index);
    if (table_.slots == 0) return {};
    // from an empty slot on; where there is none, all slots are one run, and it does not matter where that is cut
    std::uint32_t first = 0;
    while (first + 1 < table_.slots && layout_.slot(table_, first).record != 0) ++first;
    has_empty_slot_ = layout_.slot(table_, first).record == 0;
    std::uint32_t at = first;
    do {
      at = at + 1 == table_.slots ? 0 : at + 1;
      if (std::string damage = inspect_slot(at); !damage.empty()) return damage;
    } while (at != first);
    return end_run();
  }

  std::string inspect_slot(std::uint32_t at) {
    const Layout::Slot slot = layout_.slot(table_, at);
    if (slot.record == 0) return end_run();
    if (slot.record >= end_ || !begins_[slot.record])
      return fmt::format("a slot leads to byte {}, where no record begins, or one that has a slot already",
                         slot.record);
    begins_[slot.record] = false;
    --left_;
    const std::uint32_t hash = hash_of(layout_.record(slot.record, end_)->key);
    const std::uint32_t begin = (hash >> 8) % table_.slots;
    const std::uint32_t steps = at >= begin ? at - begin : at + (table_.slots - begin);
    if (hash != slot.hash || (hash & 255) != index_ || (steps > run_.size() && has_empty_slot_))
      return fmt::format("a look-up does not find the record at byte {}", slot.record);
    run_.push_back({hash, steps, slot.record});
    return {};
  }

  /// Of records with one key a look-up must find the first one first.
  std::string end_run() {
    const auto by_hash = [](const Used& a, const Used& b) {
      return std::tie(a.hash, a.steps) < std::tie(b.hash, b.steps);
    };
    if (run_.size() > 1) std::sort(run_.begin(), run_.end(), by_hash);
    for (auto from = run_.begin(); from != run_.end();) {
      const auto to = std::find_if(from, run_.end(), [&](const Used& used) { return used.hash != from->hash; });
      const auto by_record = [](const Used& a, const Used& b) { return a.record < b.record; };
      if (!std::is_sorted(from, to, by_record) && !equal_keys_are_in_order({from, to}))
        return "of two records with one key a look-up finds the later one";
      from = to;
    }
    run_.clear();
    return {};
  }

  bool equal_keys_are_in_order(std::vector<Used> same_hash) const {
    const auto key = [this](const Used& used) { return layout_.record(used.record, end_)->key; };
    std::stable_sort(same_hash.begin(), same_hash.end(), [&](const Used& a, const Used& b) { return key(a) < key(b); });
    return std::adjacent_find(same_hash.begin(), same_hash.end(), [&](const Used& a, const Used& b) {
             return a.record > b.record && key(a) == key(b);
           }) == same_hash.end();
  }

  std::string_view file_;
  Layout layout_;
  std::uint64_t end_ = 0;
  std::uint64_t left_ = 0;    // records that no slot was seen for
  std::vector<bool> begins_;  // by offset: a record that no slot was seen for
  std::uint32_t index_ = 0;   // of the table that is being inspected
  Layout::Table table_{};
  bool has_empty_slot_ = false;
  std::vector<Used> run_;  // the used slots behind the last empty one
};

}  // namespace

std::string find_damage(std::string_view file) { return Inspector(file).find_damage(); }

bool looks_like_database(std::string_view head, std::uint64_t size) {
  if (head.size() < Layout::header_bytes) return false;
  const Layout layout(head);
  // most compilers put the tables one behind the other, which shows in a file that was cut short, too
  std::uint32_t inside = 0;
  std::uint32_t following = 0;
  for (std::uint32_t i = 0; i < Layout::tables; ++i) {
    const Layout::Table table = layout.table(i);
    if (table.offset < Layout::header_bytes) continue;
    if (table.end() <= size) ++inside;
    if (i != 0 && table.offset == layout.table(i - 1).end()) ++following;
  }
  return inside == Layout::tables || following > Layout::tables / 2;
}

}  // namespace core::cdb
