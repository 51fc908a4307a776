// What a call to the operating system can come back with: a value, or the failed action with its path and errno.
//
// System failures travel as Result up to the tool, which prints them once. Mistakes in the user's text never travel
// this way: they are findings (finding.hpp).
#pragma once

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/printable.hpp"

namespace core {

/// A failed system call, in the words of the user: "cannot <action> <path>: <reason>".
struct SystemError {
  std::string action;  ///< what was tried, for instance "read"
  std::string path;    ///< what it was tried on
  int error = 0;       ///< errno at the time of the failure; 0 when `reason` says it
  std::string reason;  ///< used instead of errno's text when not empty

  /// The reason alone, for those who may not see the path.
  [[nodiscard]] std::string why() const { return reason.empty() ? std::strerror(error) : reason; }
  /// One line, fit for a terminal.
  [[nodiscard]] std::string message() const { return printable("cannot " + action + " '" + path + "': " + why()); }
};

/// The current errno with its context.
inline SystemError system_error(std::string action, std::string path) {
  return {std::move(action), std::move(path), errno, {}};
}

/// Either a value or the error that prevented it.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: returning a value is the point
  Result(SystemError error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: likewise

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  /// Only when ok().
  [[nodiscard]] T& value() { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& value() const { return *std::get_if<0>(&state_); }
  /// Only when not ok().
  [[nodiscard]] const SystemError& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, SystemError> state_;
};

/// For calls that have nothing to return: empty on success.
using Status = std::optional<SystemError>;

}  // namespace core
