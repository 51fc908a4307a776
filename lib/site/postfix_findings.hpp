// What a user should know of the lists of a main.cf that Postfix reads without a word: for `check` alone. What stands
// in mynetworks, and what is listed as a domain.
#pragma once

#include "base/finding.hpp"
#include "site/postfix_lists.hpp"

namespace core {

/// Patterns of mynetworks that match nobody, everybody without a name, or fail.
void report_networks(const PostfixList& list, Findings& findings);
/// Entries of mydestination, relay_domains and the like that are no domain, or one where anybody can register.
void report_domains(const PostfixList& list, Findings& findings);

}  // namespace core
