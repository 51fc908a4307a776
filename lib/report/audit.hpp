// The four-way table of an audit with what stands behind it, as text for people and as JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "analysis/audit.hpp"
#include "report/clients.hpp"

namespace core {

/// What a report of an audit needs beside the audit itself.
struct AuditContext {
  NamedPolicy rules;
  const Site& site;
};

/// "not-local" and so on, as in JSON.
[[nodiscard]] std::string_view reason_name(analysis::Reason reason);
/// The same for people: "clients relay that --local does not name".
[[nodiscard]] std::string format_reason(analysis::Reason reason);

/// The table, the verdict, and the evidence for each cell.
[[nodiscard]] std::string format_audit(const analysis::Audit& audit, const AuditContext& context);
/// A table of forms with a column for each of `readers`.
[[nodiscard]] std::string format_forms(const std::vector<analysis::FormRow>& rows,
                                       const std::vector<analysis::MailServer>& readers);
/// One JSON object and a line feed; its fields are documented in relayrules(1). `forms` may be null.
[[nodiscard]] std::string format_audit_json(const analysis::Audit& audit, const AuditContext& context,
                                            const std::vector<analysis::FormRow>* forms);

}  // namespace core
