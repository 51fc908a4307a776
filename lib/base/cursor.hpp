// A cursor over text: what the parsers read with. It hands out pieces of the text itself, never copies, so that every
// piece still knows its place (Source::span_of).
#pragma once

#include <cstddef>
#include <string_view>

namespace core {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  /// The next byte; only when not at the end.
  [[nodiscard]] char peek() const { return text_[at_]; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  /// Skips `word` when the text goes on with it.
  bool skip(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  /// Skips all bytes that are in `set`.
  void skip_any(std::string_view set) { at_ += run_length(set); }
  /// Takes everything up to the first byte that is in `set`, or to the end.
  std::string_view take_until(std::string_view set) {
    const std::size_t found = text_.find_first_of(set, at_);
    return take((found == std::string_view::npos ? text_.size() : found) - at_);
  }
  /// Takes up to `count` bytes.
  std::string_view take(std::size_t count) {
    const std::string_view taken = text_.substr(at_, count);
    at_ += taken.size();
    return taken;
  }

 private:
  [[nodiscard]] std::size_t run_length(std::string_view set) const {
    const std::size_t end = text_.find_first_not_of(set, at_);
    return (end == std::string_view::npos ? text_.size() : end) - at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// `text` without the bytes of `set` at both ends.
[[nodiscard]] inline std::string_view trimmed(std::string_view text, std::string_view set = " \t") {
  const std::size_t begin = text.find_first_not_of(set);
  if (begin == std::string_view::npos) return text.substr(text.size());
  return text.substr(begin, text.find_last_not_of(set) - begin + 1);
}

/// `text` without the bytes of `set` at its end.
[[nodiscard]] inline std::string_view trimmed_right(std::string_view text, std::string_view set = " \t") {
  const std::size_t last = text.find_last_not_of(set);
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace core
