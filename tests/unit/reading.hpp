// Reading a rule file in a test, as `relayrules check` does: the format by the file's name, the strict parser, every
// check.
#pragma once

#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/source.hpp"
#include "cdb/lower.hpp"
#include "lint/run.hpp"
#include "lint/suppress.hpp"
#include "model/format.hpp"
#include "model/site.hpp"
#include "site/read_site.hpp"

namespace core::testing {

/// A text with everything that is known of it.
struct CheckedText {
  Sources sources;
  Site site;
  Findings findings;  ///< sorted
  std::size_t suppressed = 0;
  bool known = false;  ///< false when no format of this build reads such a file; then there is nothing else

  /// Names of the checks that fired at `least` or above.
  [[nodiscard]] std::set<std::string> names(Severity least = Severity::note) const {
    std::set<std::string> names;
    for (const Finding& finding : findings.all())
      if (finding.severity >= least) names.emplace(finding.kind->name);
    return names;
  }
  /// Every finding as "line: severity: message [name]", for messages of tests.
  [[nodiscard]] std::string listing() const {
    std::string text;
    for (const Finding& finding : findings.all())
      text += std::to_string(sources.position(finding.span.begin).line) + ": " +
              std::string(severity_name(finding.severity)) + ": " + finding.message.text(sources) + " [" +
              std::string(finding.kind->name) + "]\n";
    return text;
  }
};

/// Takes everything; for asking only whether a policy can be lowered.
class NullSink : public cdb::RecordSink {
 public:
  bool add(std::string_view, std::string_view) override { return true; }
};

/// Reads and checks `text` as the file `name`. With `lowered` it is also brought into keys, for what only that reports.
inline CheckedText check_text(const std::string& name, std::string_view text, bool lowered = false,
                              const CheckContext& context = {}) {
  CheckedText checked;
  const Source* source = checked.sources.add(name, text);
  const Format* format = detect_format(name, source->text()).format();
  // without its format such a file would be taken for something else
  const std::string_view base = std::string_view(name).substr(name.rfind('/') + 1);
  if (base.find("hosts.") != std::string_view::npos) format = find_format("hosts_access");
  if (base.ends_with("rcpthosts")) format = find_format("rcpthosts");
  if (format == nullptr) return checked;
  checked.known = true;
  if (format->parse != nullptr) {
    checked.site.policies.push_back(new_policy(*format));
    format->parse(*source, {}, checked.site.policies.front(), checked.findings);
  } else {
    checked.site.destinations.emplace_back();
    checked.site.destinations.front().format = format->name;
    format->parse_destinations(*source, Reading::strict, checked.site.destinations.front(), checked.findings);
  }
  run_checks(checked.site, checked.sources, checked.findings, context);
  const CheckedFile files[] = {{source, format}};
  checked.suppressed = apply_suppressions(files, checked.findings);
  if (lowered && !checked.site.policies.empty() && checked.site.policies.front().complete) {
    NullSink sink;
    const Policy& policy = checked.site.policies.front();
    // as without --daemon: the daemon is clear only where the file names a single one
    std::set<std::string> daemons;
    for (const auto& list : policy.daemon_lists) daemons.insert(list.names.begin(), list.names.end());
    const std::string daemon = daemons.size() == 1 ? *daemons.begin() : std::string();
    static_cast<void>(cdb::lower(policy, daemon, sink, checked.findings));
  }
  checked.findings.sort(checked.sources);
  return checked;
}

/// Reads and checks files and folders as `relayrules check` does, a server's with the tables beside it.
inline CheckedText check_paths(const std::vector<std::string>& paths, ReadOptions options = {}) {
  CheckedText checked;
  options.scope = Scope::each_file;
  checked.site = read_site(paths, options, checked.sources, checked.findings);
  checked.known = checked.site.failures.empty();
  run_checks(checked.site, checked.sources, checked.findings);
  checked.suppressed = apply_suppressions(checked.site.files, checked.findings);
  checked.findings.sort(checked.sources);
  return checked;
}

/// Reads and checks hosts.allow and hosts.deny of one folder as one policy.
inline CheckedText check_hosts_pair(std::string_view allow, std::string_view deny) {
  CheckedText checked;
  const Format& format = *find_format("hosts_access");
  checked.known = true;
  Policy& policy = checked.site.policies.emplace_back(new_policy(format));
  format.parse(*checked.sources.add("hosts.allow", allow), {}, policy, checked.findings);
  format.parse(*checked.sources.add("hosts.deny", deny), {}, policy, checked.findings);
  run_checks(checked.site, checked.sources, checked.findings);
  checked.findings.sort(checked.sources);
  return checked;
}

/// The bytes of a file; none when it cannot be read.
inline std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace core::testing
