// What a user should know of a main.cf that Postfix reads without a word: for `check` alone. What stands in mynetworks,
// what is listed as a domain, and what is permitted in front of reject_unauth_destination.
#pragma once

#include "base/finding.hpp"
#include "formats/postfix/main_cf.hpp"
#include "model/address_table.hpp"
#include "site/postfix_lists.hpp"
#include "site/postfix_tables.hpp"

namespace core {

/// Patterns of mynetworks that match nobody, everybody without a name, or fail.
void report_networks(const PostfixList& list, Findings& findings);
/// Entries of mydestination, relay_domains and the like that are no domain, or one where anybody can register.
void report_domains(const PostfixList& list, Findings& findings);
/// Restrictions that let others than the server's own clients send to every domain, where none of the lists about
/// recipients refuses that first. `destinations` are the recipients that anybody may send to.
void report_early_permits(const PostfixContext& context, const MainCf& file, PostfixTables& tables,
                          const AddressTable& destinations);

}  // namespace core
