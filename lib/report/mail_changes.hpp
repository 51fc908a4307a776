// Changes of mail between two servers, as text for people and as JSON for programs, and the words for cells of a mail
// matrix.
#pragma once

#include <string>
#include <vector>

#include "analysis/mail_diff.hpp"
#include "base/source.hpp"
#include "report/clients.hpp"

namespace core {

/// "192.0.2.0/24; mail.example.com": the clients of these classes.
[[nodiscard]] std::string format_classes(const analysis::MailMatrix& matrix, const std::vector<std::size_t>& clients);
/// "to .example.org and 3 more", "to the outside", "to anybody".
[[nodiscard]] std::string format_addresses_of(const std::vector<analysis::AddressClass>& all,
                                              const std::vector<std::size_t>& chosen, std::string_view everybody);

/// A paragraph for each change, what opens first, with a witness; and how many there are.
[[nodiscard]] std::string format_mail_changes(const analysis::MailMatrix& matrix,
                                              const std::vector<analysis::MailChange>& changes,
                                              const Sources& sources);
/// {"same":bool,"mail":[...]} and a line feed; the fields are documented in relayrules(1).
[[nodiscard]] std::string format_mail_changes_json(const analysis::MailMatrix& matrix,
                                                   const std::vector<analysis::MailChange>& changes,
                                                   const Sources& sources);

}  // namespace core
