// Running programs to measure them: time, peak memory, and what the benchmarks share around that.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace core::bench {

struct Program {
  std::string name;
  std::vector<std::string> arguments;
  bool reads_standard_input = true;
  int exit_code = 0;             ///< another one ends the benchmark
  std::string environment = {};  ///< one variable, "NAME=VALUE"; empty: none
};

struct Sample {
  double seconds = 0;
  long peak_kib = 0;
  long page_faults = 0;
};

/// Prints `message` and ends the program.
[[noreturn]] void die(const std::string& message);

/// Runs `program` once, with the file `input` as standard input when it reads that.
[[nodiscard]] Sample run(const Program& program, const std::string& input);

[[nodiscard]] bool is_program(const std::string& path);

/// A new folder, in memory where there is room, so that no disk is measured.
[[nodiscard]] std::string make_folder();

void write_file(const std::string& path, std::string_view text);

template <typename Number>
[[nodiscard]] Number median(std::vector<Number> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Does `work` in a child: what this process had in memory when it starts a program counts as that program's peak, too.
template <typename Work>
void in_child(Work work) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child || status != 0) std::exit(1);
}

}  // namespace core::bench
