// What of a main.cf's restrictions lets strangers send to every domain, in front of what would refuse that: for `check`
// alone. The steps of the site tell, so that it finds what audit counts.
#pragma once

#include "site/postfix_lists.hpp"
#include "site/postfix_restrictions.hpp"
#include "site/postfix_tables.hpp"

namespace core {

/// Restrictions that permit others than the server's own clients, where none of the lists about recipients refuses
/// first. A table of clients that permits there is added to the policies of the site, so that the checks of rules that
/// relay see it. The site has its stages.
void report_early_permits(const PostfixContext& context, PostfixTables& tables, const PostfixLists& lists);

}  // namespace core
