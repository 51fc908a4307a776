// read_site: the one way from what a user names (files, pairs, folders, CDBs, "-") to a Site.
//
// Which file is what is told by its name, then by its text. A folder stands for what a server would read in it.
// Whatever belongs to the server and was not read is said, and what nothing may be proved without is told apart
// (Site::other_half).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/finding.hpp"
#include "cdb/read.hpp"
#include "model/format.hpp"
#include "model/program.hpp"
#include "model/site.hpp"

namespace core {

/// What of a server is to be read.
enum class Scope : std::uint8_t {
  clients,    ///< its rules about clients, or one CDB of them
  server,     ///< and its lists of destinations, qmail's control files, its grants
  each_file,  ///< every rule file on its own, in folders to the bottom: what checks look at
};

struct ReadOptions {
  Scope scope = Scope::clients;
  std::string from;    ///< name of the format of rules about clients, or empty: by name and text
  std::string daemon;  ///< the daemon whose rules count; empty: all
  /// Users and groups in options are those of this host: libwrap denies where there is none.
  bool as_this_host = false;
  Program program = Program::any;  ///< that asks: how it reads rules, and which keys it looks for in a CDB
  std::string stdin_name = standard_input_name;
  /// Called with the path of each file about to be read; an error keeps it from being read.
  std::function<Status(const std::string& path)> before_file = nullptr;
  /// each_file: puts the daemon and the program of a file into `reading`. Called behind before_file; null: all have
  /// those that stand here.
  std::function<void(const std::string& path, ReadOptions& reading)> reading_of = nullptr;

  Server server = Server::unknown;  ///< whose files they are; unknown: their names tell
  /// server, Postfix: the host's own addresses with their networks, for what mynetworks_style makes of them.
  std::vector<Prefix> interfaces;
  bool no_destinations = false;              ///< server: it has no list of destinations
  bool login = false;                        ///< server: it offers SMTP AUTH
  std::optional<std::vector<Prefix>> local;  ///< server: as Site::local
  bool has_grants = false;                   ///< server: a client may have a grant of which no store tells
  std::string grants;                        ///< server: folder with a file for each client with a grant; empty: none
  unsigned grant_seconds = 900;              ///< how long a grant lasts

  /// How the program asks a CDB.
  [[nodiscard]] const KeyScheme& scheme() const { return *facts_of(program).keys; }
};

/// Reads `paths`. What cannot be read is in Site::failures; what is wrong with the texts goes to `findings`, and
/// Site::in_error names the file. Of each_file every file is a table of its own, but for the two halves of one, and
/// there are no stages.
[[nodiscard]] Site read_site(const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                             Findings& findings);

/// A site of texts that were read already, in one format: a policy, or a list of destinations.
[[nodiscard]] Site read_texts(std::span<const CheckedFile> files, const ReadOptions& options, Findings& findings);

/// The CDB that `paths` are, when they are one and `options` name no format; none when they are rules. An error for a
/// program of which only checks know how it reads: nobody decides as it does.
[[nodiscard]] Result<std::optional<cdb::Reader>> open_database(const std::vector<std::string>& paths,
                                                               const ReadOptions& options, const Sources& sources);

}  // namespace core
