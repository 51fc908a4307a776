// badmailfrom: qmail's list of senders from whom nothing is taken.
#pragma once

#include "base/source.hpp"
#include "model/site.hpp"

namespace core {

/// Adds the senders that `source` lists to the tables of `site`, and steps that ask for them to its recipient stage,
/// which must be there: qmail-smtpd reads the sender at MAIL FROM, and refuses a listed one behind the syntax of the
/// recipient, before RELAYCLIENT. Source: notqmail, qmail-smtpd.c smtp_mail, bmfcheck, smtp_rcpt.
void add_badmailfrom(Site& site, const Source& source);

}  // namespace core
