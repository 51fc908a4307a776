// All that relayrules says: answers through Output, to standard output or into a file, and words about the work through
// say(), to standard error. Nothing else in this folder writes.
//
// An answer that could not be written whole is none: the exit code is 3 then, whatever the answer was. A reader that
// goes away early ends the program by SIGPIPE, without a word, as usual; where the caller has that signal ignored, it
// is an error like a full disk. What cannot be written to standard error is lost, and the exit code still tells.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/source.hpp"
#include "report/paint.hpp"

namespace core {

/// An answer that is written piece by piece. Not thread-safe.
class Output {
 public:
  /// To standard output for "-"; else what is written takes the place of the file `path`, in finish(). Lines of this
  /// `kind` are coloured where standard output is to be.
  explicit Output(std::string path = "-", AnswerKind kind = AnswerKind::plain);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() = default;

  /// Behind a failure nothing more is written.
  void write(std::string_view text);
  template <typename... Values>
  void print(fmt::format_string<Values...> format, Values&&... values) {
    write(fmt::format(format, std::forward<Values>(values)...));
  }
  /// Brings to standard output what was written so far, so that what is said afterwards stands behind it.
  void flush();
  /// True when something could not be written: there is no use in going on.
  [[nodiscard]] bool failed() const { return failed_.has_value(); }
  /// Ends the answer. `code`, or exit_failure when not all of it could be written; the user has been told.
  [[nodiscard]] int finish(int code);

 private:
  std::string path_;
  AnswerKind kind_;
  std::string text_;  // not yet written
  Status failed_;
};

/// Writes the whole of an answer: `code`, or exit_failure when it could not be written; the user has been told.
[[nodiscard]] int deliver(std::string_view text, int code, const std::string& path = "-",
                          AnswerKind kind = AnswerKind::plain);

/// True when what goes to the descriptor `fd` is to be coloured: `wish` is "always", "never" or "auto".
/// Source: no-color.org, bixense.com/clicolors, force-color.org.
[[nodiscard]] bool use_colour(std::string_view wish, int fd);

/// The columns of the terminal that standard output goes to, from 40 to 100; 80 where it is none.
[[nodiscard]] std::size_t terminal_columns();

/// Says `text` on standard error.
void say_text(std::string_view text);
template <typename... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  say_text(fmt::format(format, std::forward<Values>(values)...));
}

/// A usage error when the file `path` is one of `read` or of `sources`, or else rules, a list of destinations or, but
/// for a "database", a CDB: what somebody wrote by hand would be lost. `what` was to be written: "report". All commands
/// that replace a file ask here first.
[[nodiscard]] std::optional<int> refuse_to_overwrite(const std::string& path, std::string_view what,
                                                     const std::vector<std::string>& read, const Sources& sources);

}  // namespace core
