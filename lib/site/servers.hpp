// The readers of whole servers: from files under their usual names to tables and stages.
//
// What a reader cannot decide (a policy service, a table in LDAP) becomes a step of Subject::unknown, never silence.
// They read as the program does, and say in findings what it does otherwise than its owner may think.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "site/read_site.hpp"

namespace core {

/// Whose files `paths` are: as `options` say, or by the names of the files and of those in folders.
[[nodiscard]] Server server_of(const std::vector<std::string>& paths, const ReadOptions& options);

/// Whose file it is that is called so, where only one server has such files.
[[nodiscard]] Server server_of_name(std::string_view name);
/// By its name, or as JSON or CSV by the fields that it has.
[[nodiscard]] Server server_of_file(const std::string& path);

/// Sendmail: sendmail.mc, access, relay-domains, local-host-names. What cannot be read is in Site::failures.
void read_sendmail(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                   Findings& findings);
/// Postfix: main.cf or the output of postconf -n, and the tables that it names.
void read_postfix(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                  Findings& findings);
/// Exchange: what Get-ReceiveConnector and Get-ADPermission print as JSON or CSV.
void read_exchange(Site& site, const std::vector<std::string>& paths, const ReadOptions& options, Sources& sources,
                   Findings& findings);

}  // namespace core
