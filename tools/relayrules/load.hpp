// Reading the files that a subcommand was given: format, policy, findings.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "cdb/read.hpp"
#include "model/format.hpp"
#include "model/program.hpp"
#include "model/site.hpp"

namespace core {

struct LoadOptions {
  std::string from;  ///< name of a format, or empty: by name and content
  bool extended = false;
  std::string daemon;  ///< the daemon whose rules count; empty: all
  /// Users and groups in options are those of this host: libwrap denies where there is none.
  bool as_this_host = false;
  Program program = Program::any;  ///< that asks: how it reads rules, and which keys it looks for in a CDB
};

/// Adds --from, --extended, --daemon and --program.
void add_load_options(CLI::App& app, LoadOptions& options);
/// Adds --program alone.
void add_program_option(CLI::App& app, Program& program);
/// How the program that `options` name asks a CDB.
[[nodiscard]] inline const KeyScheme& scheme_of(const LoadOptions& options) { return *facts_of(options.program).keys; }

/// The format of a source; an error when nothing tells it.
[[nodiscard]] Result<const Format*> choose_format(const Source& source, const LoadOptions& options);

/// The rule files that `paths` mean, in the order of reading. Of hosts_access files, hosts.allow comes first; a folder stands for the
/// two in it, of which `reach` is told.
[[nodiscard]] std::vector<std::string> rule_files(const std::vector<std::string>& paths, FileReach& reach);

/// Reads the rule_files() of `paths` as one policy: what stands in the second file follows what stands in the first. Of
/// two hosts_access files without the names hosts.allow and hosts.deny, the first is hosts.allow.
[[nodiscard]] Result<Policy> load_policy(const std::vector<std::string>& paths, const LoadOptions& options,
                                         Sources& sources, Findings& findings);

/// Parses one source: a site of one policy or one destination list.
[[nodiscard]] Site parse_as_site(const Format& format, const Source& source, const LoadOptions& options,
                                 Findings& findings);

/// Parses one source that is asked after what `policy` holds already.
void parse_into(Policy& policy, const Format& format, const Source& source, const LoadOptions& options,
                Findings& findings);

/// True when libwrap asks the file `path` after the file `before`: hosts.deny behind hosts.allow in one folder. They are one policy.
[[nodiscard]] bool is_asked_after(const std::string& path, const std::string& before);

/// An error when the rules are about daemons and none was named.
[[nodiscard]] Status check_daemon(const Policy& policy, const std::string& path, const LoadOptions& options,
                                  const FileReach& reach);

/// That no rule is about the daemon that was named: libwrap then lets everybody in, and often its name is only another
/// one.
struct UnknownDaemon {
  std::string message;
  std::string others;  ///< whom the rules are about; empty when there are none
};
[[nodiscard]] std::optional<UnknownDaemon> find_unknown_daemon(const Policy& policy, const LoadOptions& options);
/// Says the same on standard error; `path` is the first of the files.
void say_unknown_daemon(const Policy& policy, const std::string& path, const LoadOptions& options,
                        const FileReach& reach);

/// True when `path` holds a CDB, be it a damaged one: by its name, or because its first bytes are a CDB's table of
/// contents.
[[nodiscard]] bool is_database(const std::string& path);
/// The same for a file that was read already; its name tells nothing where `options` name a format.
[[nodiscard]] bool is_database(const Source& source, const LoadOptions& options);
/// What some paths hold: a database, or rules.
struct Loaded {
  std::optional<cdb::Reader> database;
  Policy policy;  ///< when there is no database
};
/// Opens one database, or reads rule files as load_policy does. `options` that name a format say that it is rules.
[[nodiscard]] Result<Loaded> load(const std::vector<std::string>& paths, const LoadOptions& options, Sources& sources,
                                  Findings& findings);

/// A policy that something may be proved of, or the exit code to end with; the user has been told why.
struct ProofPolicy {
  std::optional<Policy> policy;
  int exit_code = 0;
};
/// Reads rules or a CDB. One that was not understood to the last rule is refused: a proof about half a file is a lie.
[[nodiscard]] ProofPolicy load_for_proof(const std::string& path, const LoadOptions& options, Sources& sources);
/// The same for rules that stand in several files.
[[nodiscard]] ProofPolicy load_for_proof(const std::vector<std::string>& paths, const LoadOptions& options,
                                         Sources& sources);
/// Says the findings that stand against a proof about `path`, as far as they may be shown, and returns
/// exit_failure.
[[nodiscard]] int refuse_proof(Findings& findings, const Sources& sources, const std::string& path);

/// The files of one server, or the exit code to end with; the user has been told why.
struct ProofSite {
  std::optional<Policy> policy;  ///< none also when no file is about clients
  std::string policy_name;       ///< the path of its file
  std::vector<DestinationList> destinations;
  int exit_code = 0;
};
/// As load_for_proof, with lists of destinations beside the rules about clients; their names tell which they are.
[[nodiscard]] ProofSite load_site_for_proof(const std::vector<std::string>& paths, const LoadOptions& options,
                                            Sources& sources);

}  // namespace core
