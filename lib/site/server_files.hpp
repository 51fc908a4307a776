// The files of a server among files that are checked each on its own: main.cf and sendmail.mc bring the tables with
// them that lie beside them.
#pragma once

#include <string>

#include "model/format.hpp"
#include "site/read_site.hpp"

namespace core {

/// How the files are called that only a server's reader reads. They have no parser of their own.
extern const Format main_cf_file;
extern const Format postfix_list_file;
extern const Format sendmail_mc_file;
extern const Format sendmail_class_file;
extern const Format exchange_file;

/// Gives `policy`, of clients that relay, the checks of networks that may, as the settings of `whole` want them.
void check_as_networks(Policy& policy, const Source& whole);

/// The server whose configuration `path` is: by its name, by what `options` say of a file that no rule format claims,
/// and where the user named it (`is_named`) by its text. Unknown: it is none.
[[nodiscard]] Server server_of_checked(const std::string& path, bool is_named, const ReadOptions& options,
                                       const Sources& sources);

/// Reads the configuration and what lies beside it. What only `server` reads is in Site::files with the formats above,
/// the tables of other formats with theirs; what is trusted as a policy of a format that has checks.
[[nodiscard]] Site read_checked_server(const std::string& path, Server server, const ReadOptions& options,
                                       Sources& sources, Findings& findings);

}  // namespace core
