// What relayrules-policyd says: a line on standard error, which is systemd's journal or a log.
#pragma once

#include <unistd.h>

#include <string>

namespace relayrules::policyd {

inline void say(const std::string& text) {
  const std::string line = "relayrules-policyd: " + text + "\n";
  // nobody can be told that it failed
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace relayrules::policyd
