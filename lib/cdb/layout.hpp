// Where things stand in the bytes of a CDB: 256 pairs {offset of a table, its slots}; records {length of the key, of
// the value, key, value}; tables of slots {hash, offset of a record, 0 for an empty slot}.
//
// hash & 255 chooses the table, (hash >> 8) % slots the slot where a look-up begins; it goes on, around the end, to an
// empty slot. Records end where the first table begins. What find_damage() says is the ground that everything else in
// cdb/ stands on: a file without damage says to a walk over its records exactly what it says to a look-up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core::cdb {

/// The hash of a key.
[[nodiscard]] std::uint32_t hash_of(std::string_view key);

/// A view of the bytes of a CDB, which must outlive it. Nothing outside them is read, whatever they say.
class Layout {
 public:
  static constexpr std::uint64_t header_bytes = 2048;
  static constexpr unsigned tables = 256;

  struct Table {
    std::uint64_t offset;
    std::uint32_t slots;
    [[nodiscard]] std::uint64_t end() const { return offset + std::uint64_t{slots} * 8; }
  };
  struct Slot {
    std::uint32_t hash;
    std::uint32_t record;  ///< offset; 0: the slot is empty
  };
  struct Record {
    std::string_view key;
    std::string_view value;
    [[nodiscard]] std::uint64_t size() const { return 8 + key.size() + value.size(); }
  };

  explicit Layout(std::string_view file) : file_(file) {}

  /// Table number `index` (below `tables`); only when the file has header_bytes.
  [[nodiscard]] Table table(std::uint32_t index) const { return {word(index * 8), word(index * 8 + 4)}; }
  /// Slot number `index` of a table that lies in the file.
  [[nodiscard]] Slot slot(const Table& table, std::uint32_t index) const {
    const std::uint64_t at = table.offset + std::uint64_t{index} * 8;
    return {word(at), word(at + 4)};
  }
  /// The record at `offset`; none when it does not end at or before `end`, which lies in the file.
  [[nodiscard]] std::optional<Record> record(std::uint64_t offset, std::uint64_t end) const;
  /// Where the records end; only when the file has header_bytes.
  [[nodiscard]] std::uint64_t records_end() const;

 private:
  [[nodiscard]] std::uint32_t word(std::uint64_t at) const {
    const auto* bytes = reinterpret_cast<const unsigned char*>(file_.data()) + at;
    return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 | std::uint32_t{bytes[3]} << 24;
  }
  std::string_view file_;
};

/// Why a look-up in `file` could find something else than a walk over its records does, or nothing; empty for a whole
/// CDB. Time is near-linear in the size of the file, whatever is in it.
[[nodiscard]] std::string find_damage(std::string_view file);

/// True when a file of `size` bytes that begins with `head` (header_bytes of it, or all) is a CDB, be it a damaged one:
/// no text has such a beginning by chance.
[[nodiscard]] bool looks_like_database(std::string_view head, std::uint64_t size);

}  // namespace core::cdb
