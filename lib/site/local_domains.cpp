// Comparing the two: see local_domains.hpp. An entry of virtualdomains is DOMAIN:PREPEND, where an empty PREPEND takes
// the domain out; a domain with a dot in front is all names below it, and an empty one every domain.
#include "site/local_domains.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/finding_kinds.hpp"
#include "base/rule_lines.hpp"
#include "cdb/read.hpp"
#include "model/format.hpp"
#include "site/read_clients.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

/// The domain of a line of virtualdomains; empty when it is delivered nowhere else, or is every domain.
std::string_view virtual_domain(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon + 1 == line.size()) return {};
  const std::string_view address = line.substr(0, colon);
  return address.substr(address.find('@') + 1);  // "user@domain" is one mailbox of it
}

void report_rewritten(std::string_view domain, Span place, Findings& findings) {
  findings
      .add(files::rewritten, place,
           fmt::format("{} is in rcpthosts, too: strangers may send anywhere with 'user%other.domain@{}'",
                       core::quoted(domain), printable(domain)))
      .with_help(fmt::format("take {} out of percenthack", core::quoted(domain)));
}

}  // namespace

DestinationList read_accepted(const std::string& folder, const ReadOptions& options, const Sources& sources) {
  DestinationList list;
  Sources scratch;
  scratch.reach = sources.reach;
  const std::string path = (fs::path(folder) / "rcpthosts").string();
  const auto source = read_source(scratch, path, options.stdin_name);
  Findings ignored;
  if (source.ok()) find_format("rcpthosts")->parse_destinations(*source.value(), Reading::strict, list, ignored);
  const auto more = cdb::Reader::open((fs::path(folder) / "morercpthosts.cdb").string(), folder);
  if (more.ok()) cdb::read_destinations(more.value(), list);
  return list;
}

void check_local_domains(Site& site, const std::string& folder, const DestinationList& accepted,
                         const ReadOptions& options, Sources& sources, Findings& findings) {
  for (const std::string_view name : {"locals", "virtualdomains", "percenthack"}) {
    const std::string path = (fs::path(folder) / name).string();
    std::error_code ignored;
    if (!fs::exists(fs::symlink_status(path, ignored))) continue;
    sources.reach.found(path, folder);
    const Source* source = read_file_of(site, path, options, sources);
    if (source == nullptr) continue;
    const auto compare = [&](std::string_view line) {
      const std::string_view domain = name == "virtualdomains" ? virtual_domain(line) : line;
      const std::string below = (domain.starts_with('.') ? "x" : "") + in_lower_case(domain);
      if (name == "percenthack") {
        if (accepted.accepts(below)) report_rewritten(domain, source->span_of(domain), findings);
        return true;
      }
      // 'localhost' is a name for the host itself, which nobody outside sends to
      if (domain.find('.') == std::string_view::npos || accepted.accepts(below)) return true;
      findings
          .add(files::local_refused, source->span_of(domain),
               fmt::format("{} is delivered here, but rcpthosts does not list it: mail for it from outside is refused",
                           core::quoted(domain)))
          .with_help(fmt::format("add {} to rcpthosts, or take it out of {}", core::quoted(domain), name));
      return true;
    };
    for_each_rule_line(source->text(), compare, source->text().size());
  }
}

}  // namespace core
