// LogPattern: a user's own expression for the lines of a log that connection_log knows nothing of.
#pragma once

#include <regex>
#include <string>

#include "analysis/connection_log.hpp"
#include "base/result.hpp"

namespace relayrules::analysis {

class LogPattern {
 public:
  /// Compiles an ECMAScript expression, in which groups may have names: (?<ip>...), and host, info, stamp. Where none is called ip, the first
  /// group is it, and the second is the host. An error says why it cannot be used.
  [[nodiscard]] static Result<LogPattern> compile(const std::string& expression);

  /// As parse_log_line; a line that does not match is about something else. Of a very long line only the beginning is searched.
  [[nodiscard]] LogLine parse(std::string_view line, Sighting& sighting);

 private:
  [[nodiscard]] std::string_view group(std::size_t number) const;

  std::regex regex_;
  std::cmatch match_;  // kept, because its memory is
  // numbers of groups; 0: there is no such group
  std::size_t ip_ = 0;
  std::size_t host_ = 0;
  std::size_t info_ = 0;
  std::size_t stamp_ = 0;
};

}  // namespace relayrules::analysis
