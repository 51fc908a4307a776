// Reading rules about clients: the format of a text, and texts that are one policy.
#pragma once

#include <string>
#include <vector>

#include "site/read_site.hpp"

namespace core {

/// True when `path` holds a CDB, be it a damaged one: by its name, or because its first bytes are a CDB's table of
/// contents.
[[nodiscard]] bool is_database(const std::string& path);
/// The same for a file that was read already; its name tells nothing where `options` name a format.
[[nodiscard]] bool is_database(const Source& source, const ReadOptions& options);

/// The format of a source; an error when nothing tells it.
[[nodiscard]] Result<const Format*> choose_format(const Source& source, const ReadOptions& options);

/// Reads the file `path` for `site`: an error is added to its failures, and the answer is null.
[[nodiscard]] const Source* read_file_of(Site& site, const std::string& path, const ReadOptions& options,
                                         Sources& sources);

/// Reads one CDB, or rule files as one policy: what stands in the second follows what stands in the first. Of two
/// hosts_access files without the names hosts.allow and hosts.deny, the first is hosts.allow.
void read_clients(Site& site, std::vector<std::string> paths, const ReadOptions& options, Sources& sources,
                  Findings& findings);

/// Adds a finding and says in the site when no rule is about the daemon that `options` name: libwrap lets everybody in then, and
/// mostly the daemon's name is another one than its author thought.
void note_unknown_daemon(Site& site, const ReadOptions& options, const Sources& sources, Findings& findings);

}  // namespace core
