// The progress bar: see progress.hpp.
#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/address_count.hpp"
#include "output.hpp"

namespace core {
namespace {

constexpr std::chrono::milliseconds between_two{200};
constexpr std::string_view erase_line = "\r\033[K";

}  // namespace

Progress::~Progress() {
  if (drawn_) say_text(erase_line);
}

void Progress::advance(std::uint64_t bytes, std::uint64_t lines) {
  done_ += bytes;
  if (!watched_ || std::chrono::steady_clock::now() - drawn_at_ < between_two) return;
  draw(lines);
  drawn_at_ = std::chrono::steady_clock::now();
  drawn_ = true;
}

void Progress::draw(std::uint64_t lines) {
  constexpr std::uint64_t width = 30;
  std::string bar;
  if (total_ > 0) {
    const std::uint64_t filled = std::min(done_ * width / total_, width);
    bar = fmt::format("[{:<{}}] {:>3} %  ", std::string(filled, '#'), width,
                      std::min<std::uint64_t>(done_ * 100 / total_, 100));
  }
  say_text(fmt::format("{}{}{} lines", erase_line, bar, AddressCount(lines).text_with_commas()));
}

}  // namespace core
