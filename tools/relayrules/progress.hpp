// A progress bar on standard error, for whoever watches: nothing is written where standard error is no terminal, or
// where the work is done before anybody could have read it.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>

namespace core {

class Progress {
 public:
  /// `total` bytes are to be read; 0: nobody knows.
  explicit Progress(std::uint64_t total) : total_(total), watched_(::isatty(STDERR_FILENO) == 1) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Takes the bar away.
  ~Progress();

  /// Another `bytes` were read; now it is `lines` lines.
  void advance(std::uint64_t bytes, std::uint64_t lines);

 private:
  void draw(std::uint64_t lines);

  std::uint64_t total_;
  std::uint64_t done_ = 0;
  bool watched_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point drawn_at_ = std::chrono::steady_clock::now();
};

}  // namespace core
