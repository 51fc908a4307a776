// Options of a hosts_access rule: what stands behind its second ':'.
//
// libwrap acts on options one after the other and denies the connection at the first that it does not like, so that a
// typing error in an option is a deny; here it is a finding, too.
#pragma once

#include <string_view>

#include "base/finding.hpp"
#include "formats/hosts_access/lines.hpp"
#include "model/format.hpp"
#include "model/policy.hpp"

namespace core {

/// What the options of one rule say.
struct HostsOptions {
  Access access = Access::allow;
  EnvEdits edits;  ///< their spans are relative to the place of the text's first byte
  std::vector<RuleOption> others;
};

/// Reads `text`, a piece of `line`: everything behind the rule's second ':'. `result.access` holds what the rule says
/// without an allow or deny option. False when an error was reported; the access is then libwrap's: deny.
bool parse_hosts_options(const LogicalLine& line, std::string_view text, const ParseOptions& options,
                         HostsOptions& result, Findings& findings);

/// The options that say `access` and `edits`, each with " : " in front; none when there are no such options.
[[nodiscard]] std::optional<std::string> format_hosts_options(Access access, const EnvEdits& edits);

}  // namespace core
