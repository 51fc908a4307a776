// The command line of relayrules-env.
#pragma once

#include "connection.hpp"
#include "decision.hpp"
#include "grant.hpp"

namespace relayrules::env {

struct Options {
  ConnectionOptions connection;
  RuleOptions rules;
  GrantOptions grants;
  Bytes clean;       ///< variables that are removed first; absent: RELAYCLIENT alone
  Bytes greet_deny;  ///< what a client that is denied is told; absent: nothing
  bool is_dry_run = false;
  bool logs = false;
  bool is_verbose = false;
  char* const* program = nullptr;  ///< PROG and its arguments, ended by NULL
};

/// What is to be done after the command line was read.
enum class Usage { run, shown, wrong };

/// Reads the command line. `shown`: it asked for help, which was printed. `wrong`: that has been said.
Usage read_options(int argc, char** argv, Options* options);

}  // namespace relayrules::env
