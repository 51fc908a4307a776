// All that relayrules says: answers through Output, to standard output or into a file, and words about the work through
// say(), to standard error. Nothing else in this folder writes.
//
// An answer that could not be written whole is none: the exit code is 3 then, whatever the answer was. A reader that
// goes away early ends the program by SIGPIPE, without a word, as usual; where the caller has that signal ignored, it
// is an error like a full disk. What cannot be written to standard error is lost, and the exit code still tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "report/format_shown.hpp"
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

  /// Behind a failure nothing more is written. What of `text` others wrote is printable already.
  void write(std::string_view text);
  /// The same of rules and what programs read as such: every byte as it is, but for a terminal, which gets lines that
  /// are printable.
  void write_exactly(std::string_view text);
  template <typename... Values>
  void print(fmt::format_string<const Values&...> format, const Values&... values) {
    write(format_shown(format, values...));
  }
  /// Brings to standard output what was written so far, so that what is said afterwards stands behind it.
  void flush();
  /// True when something could not be written: there is no use in going on.
  [[nodiscard]] bool failed() const { return failed_.has_value(); }
  /// Ends the answer. `code`, or exit_failure when not all of it could be written; the user has been told.
  [[nodiscard]] int finish(int code);

 private:
  /// Brings `text_` to where it belongs.
  void pass_on();

  std::string path_;
  AnswerKind kind_;
  std::string text_;                 // not yet written
  std::optional<ReplaceFile> file_;  // once something was written to path_
  Status failed_;
};

/// Writes the whole of an answer: `code`, or exit_failure when it could not be written; the user has been told.
[[nodiscard]] int deliver(std::string_view text, int code, const std::string& path = "-",
                          AnswerKind kind = AnswerKind::plain);
/// The same of rules: see Output::write_exactly().
[[nodiscard]] int deliver_exactly(std::string_view text, int code, const std::string& path = "-",
                                  AnswerKind kind = AnswerKind::plain);

/// True when what goes to the descriptor `fd` is to be coloured: `wish` is "always", "never" or "auto".
/// Source: no-color.org (where "0" counts as set, and here not), bixense.com/clicolors, force-color.org.
[[nodiscard]] bool use_colour(std::string_view wish, int fd);

/// The columns of the terminal that standard output goes to, from 40 to 100; 80 where it is none.
[[nodiscard]] std::size_t terminal_columns();

/// Ends the program with `code`, for what is left of a million rules: the system takes their memory back faster than a
/// million destructors do. All that was written must be done. Under sanitizers it returns: they look for lost memory.
int end_at_once(int code);

/// Says `text` on standard error. What of it others wrote is printable already; say() sees to that.
void say_text(std::string_view text);
template <typename... Values>
void say(fmt::format_string<const Values&...> format, const Values&... values) {
  say_text(format_shown(format, values...));
}

/// A usage error when the file `path` is one of `read` or of `sources`, or else rules, a list of destinations or, but
/// for a "database", a CDB: what somebody wrote by hand would be lost. `what` was to be written: "report". All commands
/// that replace a file ask here first.
[[nodiscard]] std::optional<int> refuse_to_overwrite(const std::string& path, std::string_view what,
                                                     const std::vector<std::string>& read, const Sources& sources);

}  // namespace core
