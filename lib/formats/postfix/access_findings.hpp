// What is said of a table that is asked about clients, besides what its reader says.
#pragma once

#include "base/finding.hpp"
#include "formats/postfix/tables.hpp"

namespace core {

/// Reports keys that smtpd never asks for, values that are no action, and names that end the search before an address
/// is asked. For a table by key.
void report_access_entries(const PostfixTable& table, Findings& findings);
/// Reports an OK for all addresses of a family. For a cidr table.
void report_open_networks(const PostfixTable& table, Findings& findings);

}  // namespace core
