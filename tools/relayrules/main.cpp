// relayrules: one program, a table of subcommands. Each subcommand has its own file.
#include <fmt/format.h>

#include <span>

#include "base/large_memory.hpp"
#include "command.hpp"
#include "output.hpp"
#include "program.hpp"

namespace core {
namespace {

constexpr Command commands[] = {
    {"audit", "Tell who may send where, and whether it is an open relay", run_audit},
    {"check", "Find what is dangerous, dead or not what its author meant", run_check},
    {"checks", "List the checks", run_checks_list},
    {"clients", "List the clients of connection logs, how often they came and when", run_clients},
    {"compile", "Compile rules into a CDB that tcpserver reads", run_compile},
    {"completion", "Print a script with which a shell completes command lines", run_completion},
    {"diff", "Tell for which clients two files decide differently", run_diff},
    {"dump", "Turn a CDB back into rules", run_dump},
    {"explain", "Explain a check", run_explain},
    {"formats", "List the formats that are read and written", run_formats},
    {"grants", "List grants of POP before SMTP, count (stats), check, purge or revoke them", run_grants},
    {"lookup", "Tell what holds for a client, and why", run_lookup},
    {"map", "Draw who may relay, as a picture of all IPv4 addresses", run_map},
    {"minimise", "Make rules as few as possible without changing a decision", run_minimise},
    {"replay", "Tell which clients of a log two files decide differently", run_replay},
    {"search", "Tell which clients are let in, are refused or relay, and which rule decides", run_search},
    {"status", "Tell whether a CDB is as it should be, for monitoring", run_status},
    {"test", "Prove that rules do what an expectation file says", run_test},
};

std::string usage() {
  std::string text = "Usage: relayrules COMMAND [ARGUMENTS]\n\nCommands:\n";
  for (const Command& command : commands) text += fmt::format("  {:<11} {}\n", command.name, command.summary);
  return text +
         fmt::format("\n{}\n\n'relayrules COMMAND --help' tells more; so does relayrules(1).\n", exit_codes_text);
}

int run_unknown(std::string_view name) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.emplace_back(command.name);
  return report_usage(fmt::format("there is no command {}{} ('relayrules --help' lists them)", core::quoted(name),
                                  did_you_mean(name, names)));
}

int run_help(std::string name) {
  char help[] = "--help";
  char* argv[] = {name.data(), help, nullptr};
  for (const Command& command : commands)
    if (command.name == name) return command.run(2, argv);
  return run_unknown(name);
}

int run_command(int argc, char** argv) {
  if (argc < 2) {
    say_text(usage());
    return exit_usage;
  }
  const std::string_view name = argv[1];
  if (name == "help" && argc > 2) return run_help(argv[2]);
  if (name == "--help" || name == "-h" || name == "help") return deliver(usage(), exit_fine);
  if (name == "--version" || name == "-V") return deliver("relayrules " RELAYRULES_VERSION "\n", exit_fine);
  for (const Command& command : commands)
    if (command.name == name) return command.run(argc - 1, argv + 1);
  return run_unknown(name);
}

}  // namespace

std::span<const Command> all_commands() { return commands; }

}  // namespace core

int main(int argc, char** argv) {
  core::keep_freed_memory();
  return core::run_program("relayrules: ", core::exit_failure, core::run_command, argc, argv);
}
