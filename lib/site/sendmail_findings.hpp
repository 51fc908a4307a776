// What a user should know of Sendmail's files that Sendmail reads without a word.
#pragma once

#include "base/finding.hpp"
#include "site/sendmail_stages.hpp"

namespace core {

/// Features of `configuration` (null: there is none) that open the server or do not exist, entries of the access map
/// that do something else than they say under these features, and words of relay-domains and local-host-names that are
/// no domains.
void report_sendmail(const Source* configuration, const SendmailParts& parts, Findings& findings);

}  // namespace core
