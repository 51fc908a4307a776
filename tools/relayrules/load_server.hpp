// Reading what belongs to one server: client rules, lists of destinations, a control folder of qmail, a store of grants.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "analysis/audit.hpp"
#include "load.hpp"

namespace core {

struct ServerOptions {
  std::vector<std::string> paths;  ///< rules, a CDB, rcpthosts and the like, control folders
  std::string local;               ///< networks, separated by commas or blanks; empty: not given
  bool no_rcpthosts = false;       ///< the server has none
  bool auth = false;
  std::string grants;            ///< folder; empty: none
  unsigned grant_seconds = 900;  ///< how long a grant lasts
  LoadOptions load;
};

/// Adds all of them to `app`.
void add_server_options(CLI::App& app, ServerOptions& options);

/// A server that something may be proved of.
struct LoadedServer {
  Policy rules;            ///< without rules everybody is let in, and nobody relays
  std::string rules_name;  ///< for rules without a place; empty: no rules were given
  analysis::Server server;
  std::vector<std::string> paths;  ///< all that was read, the files of folders, too
  std::vector<std::string> notes;  ///< what the user should know of how the files were taken
};

/// Reads everything, or says to the user what is wrong and returns the exit code to end with.
[[nodiscard]] std::variant<LoadedServer, int> load_server(const ServerOptions& options, Sources& sources);

}  // namespace core
