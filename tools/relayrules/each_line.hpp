// Answering the lines of standard input one by one.
#pragma once

#include <functional>
#include <string_view>

#include "output.hpp"

namespace core {

/// Writes what answers a line (without its line end; `number` counts from 1), and says with which exit code.
using AnswerLine = std::function<int(std::string_view line, std::size_t number, Output& output)>;

/// Answers come as lines come: somebody may wait for one before the next. The highest of the exit codes; behind an
/// exit_failure nothing more is asked.
[[nodiscard]] int answer_each_line(const AnswerLine& answer);

}  // namespace core
