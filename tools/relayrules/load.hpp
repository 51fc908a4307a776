// The options that say how rules are read, and what the user is told of what came of it. lib/site/ reads.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "site/read_site.hpp"

namespace core {

/// Adds --from, --extended, --daemon and --program.
void add_load_options(CLI::App& app, ReadOptions& options);
/// Adds the option `name` of networks with commas or blanks between them, which `take` gets; a word that is none is a
/// usage error.
void add_networks_option(CLI::App& app, const std::string& name, std::function<void(std::vector<Prefix>)> take,
                         const std::string& description);
/// Adds --interfaces, for commands that read the files of Postfix as a whole.
void add_interfaces_option(CLI::App& app, ReadOptions& options);
/// Adds --program alone, of programs that ask a CDB.
void add_program_option(CLI::App& app, Program& program);

/// Says that settings beside one of the files name another program than tcpserver where the command line names none: an
/// answer would be one for the wrong program. True when that was so.
bool report_other_program(const std::vector<std::string>& paths, const ReadOptions& options);

/// Reports what could not be read. False when there is nothing of the kind.
bool report_failures(const Site& site);
/// The same, and whatever else keeps questions about clients from being answered: no rules, or no daemon.
bool report_unanswerable(const Site& site, const std::string& path, const Sources& sources);
/// Reports the half of the rules that lies there and was not read. False when there is none.
bool report_other_half(const Site& site, const std::string& path);
/// Says that no rule is about the daemon, and which half of the rules is not considered. `path` is the first of the
/// files.
void say_notes(const Site& site, const std::string& path);
/// Says how the files were taken, and what lies beside them and was not read.
void say_site_notes(const Site& site);

/// Reads what something may be proved of; none when nothing may, and the user has been told why. What was not
/// understood to the last rule is refused, and so is the half of a table: a proof about half the rules is a lie.
/// Without `options.scope` of a server there are rules about clients. What reading found is added to `found`, if given.
[[nodiscard]] std::optional<Site> load_for_proof(const std::vector<std::string>& paths, const ReadOptions& options,
                                                 Sources& sources, Findings* found = nullptr);

}  // namespace core
