// relayrules formats: what is read and written.

#include "command.hpp"
#include "model/format.hpp"
#include "output.hpp"

namespace core {

int run_formats(int argc, char** argv) {
  CLI::App app("List the formats that are read and written.", "relayrules formats");
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  Output output;
  const auto add = [&](std::string_view name, std::string_view use, std::string_view what) {
    output.print("{:<20} {:<12} {}\n", name, use, what);
  };
  add("format", "", "what it is");
  for (const Format* format : all_formats())
    add(format->name, format->print != nullptr ? "read, write" : "read", format->summary);
  add("cdb", "read, write", "the compiled database of tcprules");
  return output.finish(exit_fine);
}

}  // namespace core
