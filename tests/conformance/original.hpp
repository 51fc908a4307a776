// Running the original programs and ours on the same input, thousands of times a minute.
//
// Everything happens in a folder in memory. Both programs are started at once, each in a folder of its own where the
// files have the same names, so that their messages can be compared to the letter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/evaluate.hpp"

namespace core::conformance {

/// What to run. Nothing of the test's own environment is inherited.
struct Command {
  std::vector<std::string> arguments;      ///< the first is the path of the program
  std::string input{};                     ///< standard input
  std::string input_path{};                ///< a file to use as standard input instead
  std::string folder = "/";                ///< where it runs
  std::vector<std::string> environment{};  ///< "NAME=VALUE"
  int time_limit_ms = 10'000;
};

/// How it went. A program that was killed has its signal, one that was too slow the signal SIGKILL.
struct Outcome {
  int exit_code = 0;
  int signal = 0;
  std::string output;
  std::string errors;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

[[nodiscard]] Outcome run(const Command& command);
/// Runs both side by side.
[[nodiscard]] std::pair<Outcome, Outcome> run_both(const Command& first, const Command& second);

/// Readable on a failed assertion.
[[nodiscard]] std::string format_outcome(const Outcome& outcome);

/// The whole content of a file; none when it does not exist.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

/// A new folder in memory where there is such a thing; removed with everything in it at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  /// The path of `name` in the folder.
  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// True when the programs `name` of the original and of ours are there. Otherwise says so, and fails where CI=true is
/// set.
[[nodiscard]] bool have_original(const std::string& name);
[[nodiscard]] bool have_ours(const std::string& name);
/// Says that something was not tested, and why; a failure where CI=true is set.
void skip(const std::string& reason);
[[nodiscard]] bool skipped_anything();

[[nodiscard]] std::string original_path(const std::string& name);
[[nodiscard]] std::string our_path(const std::string& name);

/// One compiler's work on one text: rules.cdb and rules.tmp in its folder.
struct Compiled {
  Outcome outcome;
  std::optional<std::string> database;
  bool left_temporary = false;
};

/// Both compilers, run on the same texts one after the other.
class Compilers {
 public:
  Compilers();
  struct Pair {
    Compiled original;
    Compiled ours;
    /// Same exit code, same output to the letter, same bytes.
    [[nodiscard]] bool equal() const { return original.outcome == ours.outcome && original.database == ours.database; }
  };
  [[nodiscard]] Pair compile(std::string_view text);
  /// The folder in which the original works.
  [[nodiscard]] std::string original_folder() const { return folder_ / "original"; }
  [[nodiscard]] std::string our_folder() const { return folder_ / "ours"; }

 private:
  Folder folder_;
};

/// How both went, for a failed assertion.
[[nodiscard]] std::string format_pair(const Compilers::Pair& pair);

/// A client as tcprulescheck takes it from its environment.
struct Asked {
  std::optional<std::string> ip;
  std::optional<std::string> host;
  std::optional<std::string> info;
};
/// The environment for `asked`.
[[nodiscard]] std::vector<std::string> environment_of(const Asked& asked);

/// What tcprulescheck prints for this decision of `policy`.
[[nodiscard]] std::string as_tcprulescheck(const Policy& policy, const Decision& decision);

/// `count`, or the share of it that RELAYRULES_REPEAT_PERCENT asks for; at least 1.
[[nodiscard]] unsigned repetitions(unsigned count);

}  // namespace core::conformance
