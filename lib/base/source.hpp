// Source text and places in it.
//
// Everything that the user wrote is held in one Sources object, and a Span is a pair of offsets into all of it: a span
// alone says which file, line and column it means, so rules and findings stay small. Offsets are 32 bit; a set of
// sources is therefore limited to 4 GiB - 1, which is also the limit of the CDB that it would be compiled to.
//
// Invariant: offsets of different sources never overlap; text is never moved once it was added.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// A half-open range of bytes [begin, end) in a Sources object. As it is made it is no place in any text.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] std::uint32_t size() const { return end - begin; }
  friend bool operator==(const Span&, const Span&) = default;
};

/// A place as people count: lines and columns from 1, columns in bytes.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// One file's text, owned by Sources or by whoever made it.
class Source {
 public:
  /// `text` must stay where it is as long as the Source lives.
  Source(std::string name, std::string_view text, std::uint32_t base)
      : name_(std::move(name)), text_(text), base_(base) {}

  /// The name for messages: a path as the user gave it, or "<standard input>".
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// The offset of the first byte of text() in the Sources object.
  [[nodiscard]] std::uint32_t base() const { return base_; }
  /// The span of `part`, which must be a piece of text().
  [[nodiscard]] Span span_of(std::string_view part) const {
    const auto begin = base_ + static_cast<std::uint32_t>(part.data() - text_.data());
    return {begin, begin + static_cast<std::uint32_t>(part.size())};
  }

 private:
  std::string name_;
  std::string_view text_;
  std::uint32_t base_;
};

/// Which files nobody named are read, and what of them may be shown. A file that was found in a folder which the user
/// named counts as named by him, but only what is in that folder; of one that another file led to nothing may be shown,
/// for its owner may not want that.
class FileReach {
 public:
  /// Says that `path` was found in `folder`: it is read when it is a regular file there, and no link that leads out. In
  /// a folder to which another file led nothing may be shown.
  void found(const std::string& path, std::string folder) {
    if (!may_show(folder)) withhold(path);
    folders_[path] = std::move(folder);
  }
  /// Says that another file led to `path`: nothing in it may be shown.
  void withhold(const std::string& path) { withheld_.insert(path); }
  /// The folder that `path` must not lead out of; empty when the user named it.
  [[nodiscard]] std::string folder_of(const std::string& path) const {
    const auto known = folders_.find(path);
    return known == folders_.end() ? std::string() : known->second;
  }
  [[nodiscard]] bool may_show(std::string_view path) const { return !withheld_.contains(path); }
  /// The same of all of them.
  [[nodiscard]] bool may_show(const std::vector<std::string>& paths) const {
    return std::all_of(paths.begin(), paths.end(), [this](const std::string& path) { return may_show(path); });
  }

 private:
  std::map<std::string, std::string, std::less<>> folders_;
  std::set<std::string, std::less<>> withheld_;
};

/// All texts of one run. Not thread-safe while texts are added or lines are counted for the first time.
class Sources {
 public:
  /// Largest number of bytes that all texts may have together.
  static constexpr std::size_t max_bytes = 0xffffffffU - 1;

  FileReach reach;
  bool took_standard_input = false;  ///< it can be read once only

  /// Takes over `size` bytes; null when the limit would be passed.
  const Source* add(std::string name, std::unique_ptr<char[]> bytes, std::size_t size);
  /// Copies `text`; for tests and short texts.
  const Source* add(std::string name, std::string_view text);

  /// The source that contains `offset` (its end counts as inside); null when there is none.
  [[nodiscard]] const Source* find(std::uint32_t offset) const;
  /// The text of `span`, empty when it lies in no source.
  [[nodiscard]] std::string_view text(Span span) const;
  /// Line and column of `offset`. The first call for a source counts its lines, later ones search.
  [[nodiscard]] Position position(std::uint32_t offset) const;
  /// Counts the lines of all texts at once, so that several threads may ask for positions.
  void count_lines() const;
  /// "tcp.smtp:3": where `span` begins; empty when it lies in no source.
  [[nodiscard]] std::string place(Span span) const;
  /// The whole line around `offset`, without its line end.
  [[nodiscard]] std::string_view line_around(std::uint32_t offset) const;
  [[nodiscard]] std::size_t count() const { return entries_.size(); }
  /// The sources in the order in which they were added; `index` is below count().
  [[nodiscard]] const Source& at(std::size_t index) const { return *entries_[index].source; }

 private:
  struct Entry {
    std::unique_ptr<char[]> bytes;
    std::unique_ptr<Source> source;          // on the heap: pointers to it are handed out
    std::vector<std::uint32_t> line_starts;  // filled at the first question
  };
  [[nodiscard]] const Entry* entry_at(std::uint32_t offset) const;

  // mutable: counting lines is a cache, not a change
  mutable std::vector<Entry> entries_;
  std::uint32_t next_base_ = 1;  // so that an empty Span is in no text
};

}  // namespace core
