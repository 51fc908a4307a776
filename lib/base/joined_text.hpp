// JoinedText: a logical line that is made of pieces of a source, and still knows where each byte of it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"

namespace core {

/// Pieces one behind the other. A single piece is a view of the source and costs nothing. Views of text() are valid
/// until the next change.
class JoinedText {
 public:
  void clear();
  /// Adds `piece`, whose first byte stands at `offset` in the sources.
  void add(std::string_view piece, std::uint32_t offset);

  [[nodiscard]] std::string_view text() const { return pieces_.size() > 1 ? std::string_view(joined_) : single_; }
  [[nodiscard]] bool empty() const { return pieces_.empty(); }
  /// True when there are several pieces.
  [[nodiscard]] bool is_joined() const { return pieces_.size() > 1; }
  /// The place of `part`, a piece of text(), of which there is one; it spans what was left out inside.
  [[nodiscard]] Span span_of(std::string_view part) const;

 private:
  struct Piece {
    std::size_t begin;     // in text()
    std::uint32_t offset;  // of the same byte in the sources
  };
  [[nodiscard]] std::uint32_t offset_of(std::size_t at) const;

  std::string_view single_;
  std::string joined_;
  std::vector<Piece> pieces_;
};

}  // namespace core
