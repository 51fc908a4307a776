// Reading standard input for answers: see each_line.hpp.
#include "each_line.hpp"

#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/file.hpp"
#include "base/line_pieces.hpp"
#include "command.hpp"

namespace core {

int answer_each_line(const AnswerLine& answer) {
  LinePieces input(STDIN_FILENO);
  Output output;
  std::string piece;
  int code = exit_fine;
  std::size_t number = 0;
  do {
    if (!input.next(piece)) return output.finish(report_failure(system_error("read", standard_input_name)));
    for (std::string_view rest = piece; !rest.empty() && code != exit_failure;) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      code = std::max(code, answer(rest.substr(0, end), ++number, output));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    output.flush();
  } while (!piece.empty() && code != exit_failure && !output.failed());
  return output.finish(code);
}

}  // namespace core
