// The four-way table of an audit with what stands behind it, as text for people and as JSON for programs, and the words
// of it.
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

// The words that the text and the page (audit_html.hpp) have in common. Nothing is escaped.

/// How many addresses: IPv4 in full; most of IPv6 by what is missing.
[[nodiscard]] std::string format_addresses(const RangeList& ranges);
/// The prefixes of a group, or its names; where the prefixes are many, "all but" the others if these are few.
[[nodiscard]] std::string format_group(const analysis::Audit& audit, const analysis::ClientGroup& group);
/// "4 listed domains, and 1 entry that is no domain that mail is sent to".
[[nodiscard]] std::string format_listed(const analysis::DestinationSurface& found);
/// The places of rules, cut where they are many.
[[nodiscard]] std::string format_rules(const NamedPolicy& rules, const std::vector<analysis::Decider>& decided_by);
/// The place of one of them; "no rule" where there is none.
[[nodiscard]] std::string format_decider(const NamedPolicy& rules, const analysis::Decider& decider);
/// "accepted", "in part", "REFUSED", "-"; in capitals where the cell is what makes an open relay.
[[nodiscard]] std::string_view cell_word(const analysis::Cell& cell, bool open);
/// What nobody can tell and may decide otherwise about mail of the cell, "unless A or B says otherwise"; or empty.
[[nodiscard]] std::string doubt(const analysis::Cell& cell);
/// Who of this side may send anywhere: " (127.0.0.0/8: 16,777,216 addresses)", or empty.
[[nodiscard]] std::string relaying_clients(const analysis::Audit& audit, analysis::Origin origin);
/// On which conditions strangers may relay: " (accepted after SMTP AUTH)", or empty.
[[nodiscard]] std::string conditions(const analysis::Audit& audit);
/// True when the verdict rests on names that any client can take who rules his reverse DNS: tcpserver without -p does
/// not ask whether they lead back.
[[nodiscard]] bool rests_on_names(const analysis::Audit& audit, const Site& site);
/// True when the verdict rests on a list of destinations that was not read.
[[nodiscard]] bool rests_on_destinations(const analysis::Audit& audit, const Site& site);
/// What must hold for the verdict, of what was not or cannot be read: "as long as ..."; empty when it rests on nothing.
[[nodiscard]] std::string proviso(const analysis::Audit& audit, const Site& site);
/// True when the verdict rests on grants to strangers' addresses or to names.
[[nodiscard]] bool trusts_blindly(const analysis::Audit& audit, const Site& site);
/// "may relay", "let in", "connection denied".
[[nodiscard]] std::string_view access_text(analysis::ClientAccess access);
/// ": whoever has one" and the like, behind what is trusted.
[[nodiscard]] std::string_view reach_text(analysis::Reach reach);
/// " (rcpthosts:3)", or empty.
[[nodiscard]] std::string entry_place(const Sources& sources, const Destination& entry);
/// "may relay for a time", "expired" and the like.
[[nodiscard]] std::string_view grant_text(const analysis::GrantedClient& granted);

}  // namespace core
