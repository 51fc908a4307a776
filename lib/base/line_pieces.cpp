// Reading in pieces: see line_pieces.hpp.
#include "base/line_pieces.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace relayrules {

bool LinePieces::next(std::string_view& piece) {
  std::memmove(buffer_.get(), buffer_.get() + used_, filled_ - used_);
  filled_ -= used_;
  used_ = 0;
  std::size_t whole = 0;
  while (whole == 0 && !ended_) {
    const std::size_t searched = filled_;
    if (!fill()) return false;
    const void* end = ::memrchr(buffer_.get() + searched, '\n', filled_ - searched);
    if (end != nullptr) whole = static_cast<std::size_t>(static_cast<const char*>(end) - buffer_.get()) + 1;
  }
  used_ = ended_ ? filled_ : whole;
  piece = {buffer_.get(), used_};
  return true;
}

bool LinePieces::fill() {
  if (filled_ == capacity_) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_ * 2);
    std::memcpy(larger.get(), buffer_.get(), filled_);
    buffer_ = std::move(larger);
    capacity_ *= 2;
  }
  ssize_t got = 0;
  do got = ::read(fd_, buffer_.get() + filled_, capacity_ - filled_);
  while (got < 0 && errno == EINTR);
  if (got < 0) return false;
  ended_ = got == 0;
  filled_ += static_cast<std::size_t>(got);
  return true;
}

}  // namespace relayrules
