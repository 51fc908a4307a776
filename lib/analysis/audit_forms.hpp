// The forms of recipients tried at one server: recipient_forms with the names that its files give.
#pragma once

#include <array>
#include <vector>

#include "analysis/audit.hpp"
#include "analysis/recipient_forms.hpp"

namespace core::analysis {

/// One form, as each of all_mail_servers takes it.
struct FormRow {
  RecipientForm form;
  std::array<ReadRecipient, std::size(all_mail_servers)> read;
};

/// All forms, for a client that is let in and may not relay. Names that the files do not give are made up, under .example.
[[nodiscard]] std::vector<FormRow> try_forms(const Server& server, const DestinationSurface& found);

}  // namespace core::analysis
