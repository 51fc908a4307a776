// The words of an audit: what its reports as text and as a page have in common. Nothing is escaped.
#pragma once

#include <string>
#include <string_view>

#include "lint/repair.hpp"
#include "report/audit.hpp"

namespace core {

/// How many addresses: IPv4 in full; most of IPv6 by what is missing.
[[nodiscard]] std::string format_addresses(const RangeList& ranges);
/// The prefixes of a group, or its names; where the prefixes are many, "all but" the others if these are few.
[[nodiscard]] std::string format_group(const analysis::Audit& audit, const analysis::ClientGroup& group);
/// The places of rules, cut where they are many.
[[nodiscard]] std::string format_rules(const NamedPolicy& rules,
                                       const std::vector<std::optional<std::size_t>>& decided_by);
/// "accepted", "in part", "REFUSED", "-"; in capitals where the cell is what makes an open relay.
[[nodiscard]] std::string_view cell_word(const analysis::Cell& cell, bool open);
/// Who of this side may send anywhere: " (127.0.0.0/8: 16,777,216 addresses)", or empty.
[[nodiscard]] std::string relaying_clients(const analysis::Audit& audit, analysis::Origin origin);
/// On which conditions strangers may relay: " (accepted after SMTP AUTH)", or empty.
[[nodiscard]] std::string conditions(const analysis::Audit& audit);
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
