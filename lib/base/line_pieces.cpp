// Reading in pieces: see line_pieces.hpp.
#include "base/line_pieces.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace core {

bool LinePieces::next(std::string& piece) {
  piece.swap(begun_);
  begun_.clear();
  while (!ended_) {
    const std::size_t searched = piece.size();
    if (!read_more(piece)) return false;
    const std::size_t end = std::string_view(piece).substr(searched).rfind('\n');
    if (end == std::string_view::npos) continue;
    begun_.assign(piece, searched + end + 1);
    piece.resize(searched + end + 1);
    break;
  }
  return true;
}

bool LinePieces::read_more(std::string& piece) {
  const std::size_t old_size = piece.size();
  const std::size_t room = size_ < piece_size ? first_size : piece_size;
  piece.resize(old_size + room);
  ssize_t got = 0;
  do got = ::read(fd_, piece.data() + old_size, room);
  while (got < 0 && errno == EINTR);
  const auto size = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  piece.resize(old_size + size);
  size_ += size;
  ended_ = got == 0;
  return got >= 0;
}

}  // namespace core
