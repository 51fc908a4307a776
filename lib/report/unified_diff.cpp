// Unified diffs: see unified_diff.hpp.
//
//   lines as numbers --> trim equal ends --> lines that are unique in both, longest increasing run of them (patience
//   diff)
//                    --> between those: the longest common subsequence of small pieces, replacement of large ones
//   removed and added lines --> hunks with context
#include "report/unified_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/printable.hpp"

namespace core {
namespace {

constexpr std::size_t context_lines = 3;
/// Above so many pairs of lines a piece is not compared, but replaced.
constexpr std::size_t compared_pairs = std::size_t{1} << 22;

/// Lines with their line feeds: a last line without one differs from the same line with one.
std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

/// Half-open ranges of lines on both sides.
struct Piece {
  std::size_t before_begin;
  std::size_t before_end;
  std::size_t after_begin;
  std::size_t after_end;
};

/// Lines that are equal, by their numbers on both sides; increasing.
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

class Matching {
 public:
  Matching(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after) {
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    const auto number = [&](const std::vector<std::string_view>& lines) {
      std::vector<std::uint32_t> result;
      for (const std::string_view line : lines)
        result.push_back(numbers.try_emplace(line, static_cast<std::uint32_t>(numbers.size())).first->second);
      return result;
    };
    before_ = number(before);
    after_ = number(after);
  }

  /// Pairs of equal lines, increasing on both sides.
  Pairs run() {
    std::vector<Piece> rest = {{0, before_.size(), 0, after_.size()}};
    while (!rest.empty()) {
      Piece piece = rest.back();
      rest.pop_back();
      trim(piece);
      if (piece.before_begin == piece.before_end || piece.after_begin == piece.after_end) continue;
      const auto anchors = find_anchors(piece);
      if (anchors.empty()) {
        match_small(piece);
        continue;
      }
      for (const auto& [b, a] : anchors) {
        rest.push_back({piece.before_begin, b, piece.after_begin, a});
        pairs_.emplace_back(b, a);
        piece.before_begin = b + 1;
        piece.after_begin = a + 1;
      }
      rest.push_back(piece);
    }
    std::sort(pairs_.begin(), pairs_.end());
    return std::move(pairs_);
  }

 private:
  void trim(Piece& piece) {
    while (piece.before_begin < piece.before_end && piece.after_begin < piece.after_end &&
           before_[piece.before_begin] == after_[piece.after_begin])
      pairs_.emplace_back(piece.before_begin++, piece.after_begin++);
    while (piece.before_begin < piece.before_end && piece.after_begin < piece.after_end &&
           before_[piece.before_end - 1] == after_[piece.after_end - 1])
      pairs_.emplace_back(--piece.before_end, --piece.after_end);
  }

  /// Lines that stand exactly once on either side of `piece`: the longest list of pairs that increases on both sides.
  Pairs find_anchors(const Piece& piece) {
    struct Place {
      std::size_t last = 0;
      unsigned count = 0;
    };
    std::unordered_map<std::uint32_t, std::array<Place, 2>> places;
    const auto note = [](Place& place, std::size_t line) { place = {line, place.count + 1}; };
    for (std::size_t b = piece.before_begin; b < piece.before_end; ++b) note(places[before_[b]][0], b);
    for (std::size_t a = piece.after_begin; a < piece.after_end; ++a) note(places[after_[a]][1], a);
    Pairs unique;
    for (const auto& [line, at] : places)
      if (at[0].count == 1 && at[1].count == 1) unique.emplace_back(at[0].last, at[1].last);
    std::sort(unique.begin(), unique.end());
    return longest_increasing(unique);
  }

  /// By patience sorting on the second members; the first members increase already.
  static Pairs longest_increasing(const Pairs& pairs) {
    std::vector<std::size_t> tops;  // for each length the pair that ends lowest
    std::vector<std::size_t> previous(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto pile = std::lower_bound(tops.begin(), tops.end(), pairs[i].second,
                                         [&](std::size_t top, std::size_t value) { return pairs[top].second < value; });
      previous[i] = pile == tops.begin() ? pairs.size() : *(pile - 1);
      if (pile == tops.end())
        tops.push_back(i);
      else
        *pile = i;
    }
    Pairs longest;
    for (std::size_t i = tops.empty() ? pairs.size() : tops.back(); i < pairs.size(); i = previous[i])
      longest.push_back(pairs[i]);
    std::reverse(longest.begin(), longest.end());
    return longest;
  }

  /// The longest common subsequence, by the table of its lengths.
  void match_small(const Piece& piece) {
    const std::size_t rows = piece.before_end - piece.before_begin;
    const std::size_t columns = piece.after_end - piece.after_begin;
    if (rows * columns > compared_pairs) return;
    std::vector<std::uint32_t> table((rows + 1) * (columns + 1));
    const auto length = [&](std::size_t b, std::size_t a) -> std::uint32_t& { return table[b * (columns + 1) + a]; };
    const auto equal = [&](std::size_t b, std::size_t a) {
      return before_[piece.before_begin + b] == after_[piece.after_begin + a];
    };
    for (std::size_t b = rows; b-- > 0;)
      for (std::size_t a = columns; a-- > 0;)
        length(b, a) = equal(b, a) ? length(b + 1, a + 1) + 1 : std::max(length(b + 1, a), length(b, a + 1));
    for (std::size_t b = 0, a = 0; b < rows && a < columns;) {
      if (equal(b, a))
        pairs_.emplace_back(piece.before_begin + b++, piece.after_begin + a++);
      else if (length(b + 1, a) >= length(b, a + 1))
        ++b;
      else
        ++a;
    }
  }

  std::vector<std::uint32_t> before_;
  std::vector<std::uint32_t> after_;
  Pairs pairs_;
};

/// The stretches between matched lines.
std::vector<Piece> differences(const Pairs& pairs, std::size_t before_size, std::size_t after_size) {
  std::vector<Piece> pieces;
  std::size_t before = 0;
  std::size_t after = 0;
  const auto reach = [&](std::size_t b, std::size_t a) {
    if (b > before || a > after) pieces.push_back({before, b, after, a});
    before = b + 1;
    after = a + 1;
  };
  for (const auto& [b, a] : pairs) reach(b, a);
  reach(before_size, after_size);
  return pieces;
}

/// "12,3", "12", and for no lines the number of the line before them.
std::string format_range(std::size_t begin, std::size_t end) {
  const std::size_t count = end - begin;
  if (count == 1) return std::to_string(end);
  return fmt::format("{},{}", count == 0 ? begin : begin + 1, count);
}

class Hunks {
 public:
  Hunks(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after)
      : before_(before), after_(after) {}

  /// Prints changes that are near each other as one hunk.
  std::string format(const std::vector<Piece>& pieces) {
    for (std::size_t i = 0; i < pieces.size();) {
      std::size_t end = i + 1;
      while (end < pieces.size() && pieces[end].before_begin - pieces[end - 1].before_end <= 2 * context_lines) ++end;
      add_hunk(pieces, i, end);
      i = end;
    }
    return std::move(text_);
  }

 private:
  void add_hunk(const std::vector<Piece>& pieces, std::size_t first, std::size_t end) {
    const Piece& head = pieces[first];
    const Piece& tail = pieces[end - 1];
    const std::size_t lead = std::min(head.before_begin, context_lines);
    const std::size_t trail = std::min(before_.size() - tail.before_end, context_lines);
    text_ += fmt::format("@@ -{} +{} @@\n", format_range(head.before_begin - lead, tail.before_end + trail),
                         format_range(head.after_begin - lead, tail.after_end + trail));
    std::size_t at = head.before_begin - lead;
    for (std::size_t i = first; i < end; ++i) {
      add_lines(' ', before_, at, pieces[i].before_begin);
      add_lines('-', before_, pieces[i].before_begin, pieces[i].before_end);
      add_lines('+', after_, pieces[i].after_begin, pieces[i].after_end);
      at = pieces[i].before_end;
    }
    add_lines(' ', before_, at, tail.before_end + trail);
  }

  void add_lines(char mark, const std::vector<std::string_view>& lines, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      text_.append(1, mark).append(lines[i]);
      if (!lines[i].ends_with('\n')) text_ += "\n\\ No newline at end of file\n";
    }
  }

  const std::vector<std::string_view>& before_;
  const std::vector<std::string_view>& after_;
  std::string text_;
};

/// A name as patch and Git read it: what could be taken for something else stands in quotes, with octal escapes.
std::string header_name(std::string_view name) {
  if (printable(name) == name && name.find_first_of("\"\\") == std::string_view::npos) return std::string(name);
  std::string escaped;
  for (const char c : name) {
    const bool is_plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    escaped += is_plain ? std::string(1, c) : fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return '"' + escaped + '"';
}

}  // namespace

std::string format_unified_diff(std::string_view before, std::string_view after, std::string_view file,
                                std::string_view label) {
  if (before == after) return {};
  const auto before_lines = split_lines(before);
  const auto after_lines = split_lines(after);
  const auto pairs = Matching(before_lines, after_lines).run();
  const auto pieces = differences(pairs, before_lines.size(), after_lines.size());
  const std::string name = header_name(file);
  // a blank ends a name, unless there is a tab behind it
  const std::string_view end = name.find(' ') == std::string::npos ? "" : "\t";
  return fmt::format("--- {0}{1}\n+++ {0}\t({2})\n", name, end, label) +
         Hunks(before_lines, after_lines).format(pieces);
}

}  // namespace core
