// What a user should know of Sendmail's files that Sendmail reads without a word.
#pragma once

#include "base/finding.hpp"
#include "site/sendmail_stages.hpp"

namespace core {

/// A configuration without a macro, and features that open the server or take what nobody should.
void report_features(const Source& configuration, Findings& findings);
/// Those, entries of the access map that do something else than they say under these features,
/// and words of relay-domains and local-host-names that are no domains. `configuration` is null where there is none.
void report_sendmail(const Source* configuration, const SendmailParts& parts, Findings& findings);

}  // namespace core
