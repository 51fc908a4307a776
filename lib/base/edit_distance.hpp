// How far apart two words are, for "did you mean".
#pragma once

#include <cstddef>
#include <string_view>

namespace core {

/// The number of letters to insert, delete, change or swap with a neighbour that make `a` of `b`; `limit` + 1 when it
/// is more than `limit`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

/// The nearest to `wanted` of the words that are tried, the first of equals. Both must live as long as it.
class Nearest {
 public:
  /// Words that are more than `limit` apart are no guess; by default one slip in five letters is thought of.
  explicit Nearest(std::string_view wanted) : Nearest(wanted, 1 + wanted.size() / 5) {}
  Nearest(std::string_view wanted, std::size_t limit) : wanted_(wanted), limit_(limit), best_(limit + 1) {}

  void try_word(std::string_view known) {
    const std::size_t distance = edit_distance(wanted_, known, limit_);
    if (distance >= best_ || distance >= known.size()) return;  // nothing of the word would be left
    best_ = distance;
    word_ = known;
  }
  /// Empty when none is near.
  [[nodiscard]] std::string_view word() const { return word_; }

 private:
  std::string_view wanted_;
  std::size_t limit_;
  std::size_t best_;
  std::string_view word_;
};

}  // namespace core
