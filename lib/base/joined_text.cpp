// Joining pieces: see joined_text.hpp.
#include "base/joined_text.hpp"

#include <algorithm>

namespace core {

void JoinedText::clear() {
  single_ = {};
  joined_.clear();
  pieces_.clear();
}

void JoinedText::add(std::string_view piece, std::uint32_t offset) {
  if (pieces_.empty())
    single_ = piece;
  else if (pieces_.size() == 1)
    joined_ = single_;
  pieces_.push_back({pieces_.empty() ? 0 : joined_.size(), offset});
  if (pieces_.size() > 1) joined_ += piece;
}

std::uint32_t JoinedText::offset_of(std::size_t at) const {
  const auto behind = std::upper_bound(pieces_.begin(), pieces_.end(), at,
                                       [](std::size_t value, const Piece& piece) { return value < piece.begin; });
  const Piece& piece = *(behind - 1);
  return piece.offset + static_cast<std::uint32_t>(at - piece.begin);
}

Span JoinedText::span_of(std::string_view part) const {
  const auto begin = static_cast<std::size_t>(part.data() - text().data());
  if (part.empty()) return {offset_of(begin), offset_of(begin)};
  // by its last byte: the byte behind may stand on the next physical line
  return {offset_of(begin), offset_of(begin + part.size() - 1) + 1};
}

}  // namespace core
