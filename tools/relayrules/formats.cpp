// relayrules formats: what is read and written.
#include <fmt/format.h>

#include "command.hpp"
#include "model/format.hpp"

namespace core {

int run_formats(int argc, char** argv) {
  CLI::App app("List the formats that are read and written.", "relayrules formats");
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  fmt::print("{:<20} {:<12} {}\n", "format", "", "what it is");
  for (const Format* format : all_formats())
    fmt::print("{:<20} {:<12} {}\n", format->name, format->print != nullptr ? "read, write" : "read", format->summary);
  fmt::print("{:<20} {:<12} {}\n", "cdb", "read, write", "the compiled database of tcprules");
  return exit_fine;
}

}  // namespace core
