#include "lint/checks/registry.hpp"
#include "model/domain_fault.hpp"

namespace {

/// Where the second domain begins in "example.comexample.net"; 0 where there is no sign of two.
std::size_t seam_of(std::string_view name, const std::unordered_set<std::string_view>& listed) {
  static constexpr std::array tlds = {"com", "net", "org", "edu"};
  for (std::size_t dot = name.find('.', 1); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    for (const std::string_view tld : tlds) {
      const std::size_t seam = dot + 1 + tld.size();
      if (name.substr(dot + 1, tld.size()) != tld || seam >= name.size() || name[seam] == '.') continue;
      const std::string_view second = name.substr(seam);
      // "example.community.org" goes on as a word: only a second part that is a known domain, or has the same first
      // word, is one
      if (second.find('.', 1) == std::string_view::npos) continue;
      const std::string_view first_label = name.substr(0, name.find('.'));
      if (listed.count(second) != 0 || second.starts_with(std::string(first_label) + ".")) return seam;
      if (second.starts_with("www.") || second.starts_with("mail.")) return seam;
      if (listed.count(name.substr(0, seam)) != 0) return seam;
    }
  }
  return 0;
}

void check_glued_domains(const DestinationList& list, const Sources&, Findings& findings) {
  std::unordered_set<std::string_view> listed;
  for (const Destination& entry : list.entries()) listed.insert(entry.domain());
  for (const Destination& entry : list.entries()) {
    const std::size_t seam = domain_fault(entry.name) ? 0 : seam_of(entry.domain(), listed);
    if (seam == 0) continue;
    const std::string first(entry.domain().substr(0, seam));
    const std::string second(entry.domain().substr(seam));
    report_at(findings, glued_domains.kind, entry.span,
              fmt::format("{} is two domains in one, it seems: mail for neither is accepted by this line",
                          quoted(entry.name)),
              fmt::format("write {} and {} on lines of their own", quoted(first), quoted(second)));
  }
}

}  // namespace

const core::Check core::checks::glued_domains = {
    .kind = {"RR721", "glued-domains", Severity::warning},
    .summary = "two domains on one line without anything between them",
    .rationale =
        "A list of domains has one on each line. Where a line end was lost, two domains stand there as one name: mail "
        "for neither of them is accepted. It happens when a line is appended to a file that did not end in a line "
        "end.\n"
        "Write each domain on a line of its own.",
    .bad = {"rcpthosts", "example.net\nexample.comexample.org\nlocalhost\n"},
    .good = {"rcpthosts", "example.net\nexample.com\nexample.org\nlocalhost\n"},
    .needs = Traits::destinations,
    .destinations = check_glued_domains,
};
