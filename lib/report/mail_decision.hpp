// What becomes of a mail, for people and as JSON. The fields are documented in relayrules(1) and do not change their
// meaning.
#pragma once

#include <string>

#include "base/source.hpp"
#include "model/transaction.hpp"

namespace core {

/// "accepted", "refused", "deferred"; "unknown" where the files that were read do not tell.
[[nodiscard]] std::string_view mail_outcome(const MailDecision& decision);

/// Two lines or more: what becomes of it, the reply, the rule that decided, and on what it depends.
[[nodiscard]] std::string format_mail_decision(const Transaction& transaction, const MailDecision& decision,
                                               const Sources& sources);
/// A line for each condition, behind `indent`.
[[nodiscard]] std::string format_unless(const std::vector<std::string>& unless, std::string_view indent);
/// A line for each question, in order.
[[nodiscard]] std::string format_mail_trace(const MailTrace& trace, const Sources& sources);
/// One object in one line, with a line feed:
/// {"ip":…,"sender":…,"recipient":…,"accepted":…,"outcome":…,"reply":…,"rule":…,"unless":[…],"untried":[…]}.
[[nodiscard]] std::string format_mail_decision_json(const Transaction& transaction, const MailDecision& decision,
                                                    const Sources& sources);

}  // namespace core
