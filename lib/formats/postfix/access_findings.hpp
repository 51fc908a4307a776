// What is said of a table that is asked about clients, besides what its reader says.
#pragma once

#include "base/finding.hpp"
#include "formats/postfix/tables.hpp"

namespace core {

/// Reads a table of this type that is asked about clients into `policy`, and reports what is wrong with it: also keys
/// that smtpd never asks for, values that are no action, names that end the search before an address is asked, and an
/// OK for all addresses of a family. Errors make the policy incomplete.
void parse_client_table(const Source& source, PostfixTableType type, Policy& policy, Findings& findings);

}  // namespace core
