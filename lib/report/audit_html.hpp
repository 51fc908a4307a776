// An audit as one HTML page: nothing is fetched, nothing runs; light and dark, for screens of every width and for
// paper.
#pragma once

#include <string>
#include <vector>

#include "base/finding.hpp"
#include "report/audit.hpp"

namespace core {

/// What the page shows beside the audit.
struct AuditPage {
  std::string files;                            ///< the names of what was read, for the title
  const std::vector<analysis::FormRow>* forms;  ///< null: not asked for
  std::vector<analysis::MailServer> readers;    ///< the columns of that table
  const Findings& findings;
  std::string map;  ///< the picture of the address space, as markup; empty: none
};

/// The whole page, with a line feed. Everything that comes from files is escaped.
[[nodiscard]] std::string format_audit_html(const analysis::Audit& audit, const AuditContext& context,
                                            const AuditPage& page);

}  // namespace core
