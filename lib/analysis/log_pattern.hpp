// LogPattern: a user's own expression for the lines of a log that connection_log knows nothing of.
#pragma once

#include <memory>
#include <string>

#include "analysis/connection_log.hpp"
#include "base/result.hpp"

namespace core::analysis {

class LogPattern {
 public:
  /// Compiles a Perl-compatible expression, in which groups may have names: (?<ip>...), and host, info, stamp. Where
  /// none is called ip, the first group is it, and the second is the host. An error says why it cannot be used.
  [[nodiscard]] static Result<LogPattern> compile(const std::string& expression);

  /// As parse_log_line; a line that does not match is about something else. What would take too long to match is not
  /// understood. The parts of `sighting` are views into `line`.
  [[nodiscard]] LogLine parse(std::string_view line, Sighting& sighting);

 private:
  struct Machine;
  struct DeleteMachine {
    void operator()(Machine* machine) const;
  };
  [[nodiscard]] std::string_view group(std::string_view line, std::size_t number) const;

  std::unique_ptr<Machine, DeleteMachine> machine_;
  // numbers of groups; 0: there is no such group
  std::size_t ip_ = 0;
  std::size_t host_ = 0;
  std::size_t info_ = 0;
  std::size_t stamp_ = 0;
};

}  // namespace core::analysis
