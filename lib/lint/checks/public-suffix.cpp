#include "lint/checks/registry.hpp"
#include "model/public_suffixes.hpp"

namespace {

std::string message_for(const Destination& entry) {
  const std::string name = quoted(entry.name);
  if (entry.name == ".")
    return "'.' lets everybody send to every domain there is: who writes a '.' behind it, as in 'example.com.', is "
           "taken";
  if (is_tld(entry.domain()))
    return entry.is_suffix()
               ? fmt::format("{0} lets everybody send to every domain under {0}", name)
               : fmt::format(
                     "{} is a top-level domain: qmail takes mail for user@{} only, other programs for all of it", name,
                     entry.domain());
  if (entry.is_suffix())
    return fmt::format("{} lets everybody send to every name under a domain where anybody can register", name);
  return fmt::format(
      "anybody can register under {}: qmail takes mail for user@{} only, other programs for every name below it", name,
      entry.name);
}

/// One finding more for a list that opens a good part of the name space.
void add_up(const std::set<std::string>& open, Span place, Findings& findings) {
  if (open.size() < 3) return;
  std::string share = fmt::format("{} top-level domains", open.size());
  if (tld_count() != 0) share = fmt::format("{} of the {} top-level domains", open.size(), with_commas(tld_count()));
  std::vector<std::string> big;
  for (const char* name : {".com", ".net", ".org", ".de", ".cn", ".uk", ".jp"})
    if (open.count(name) != 0) big.emplace_back(name);
  if (!big.empty()) share += fmt::format(", {} among them", list_quoted(big));
  report_at(findings, public_suffix.kind, place,
            fmt::format("this list lets everybody send to {}: the server is an open relay", share),
            "list your own domains only")
      .as_part("RR703");
}

void check_public_suffix(const DestinationList& list, const Sources&, Findings& findings) {
  std::set<std::string> open;
  Span first;
  for (const Destination& entry : list.entries()) {
    const bool tld = is_tld(entry.domain());
    if (!anybody_registers_under(entry.domain())) continue;
    auto& finding = findings.add(public_suffix.kind, entry.span, message_for(entry));
    finding.as_part(tld ? "RR701" : "").help = "list your own domains only";
    if (!entry.is_suffix()) finding.severity = Severity::warning;
    if (!tld || !entry.is_suffix()) continue;
    if (open.empty()) first = entry.span;
    open.insert(entry.name);
  }
  add_up(open, first, findings);
}

}  // namespace

const core::Check core::checks::public_suffix = {
    .kind = domains::public_suffix,
    .aliases = {{{"RR701", "whole-tld"}, {"RR703", "many-tlds"}}},
    .summary = "a domain under which anybody can register is listed as local",
    .rationale =
        "rcpthosts lists the domains for which mail is taken from anybody. '.com' there is every name that ends in "
        ".com, and under '.co.jp', '.github.io' and some thousand others anybody can have a name as well (the list is "
        "kept at publicsuffix.org). Whoever connects may send to all of them: the server is an open relay for that "
        "part of the world. A printed book recommends it. A few lines such as '.com', '.net', '.org' are most of the "
        "internet's domains.\n"
        "An entry without the dot, 'com' or 'co.jp', is that one domain to qmail: harmless, but not what was meant; "
        "Postfix and others take it for all below. It is a warning then.\n"
        "List your own domains.",
    .bad = {"rcpthosts", "example.org\n.co.jp\n"},
    .good = {"rcpthosts", "example.org\n.example.co.jp\nexample.co.jp\nlocalhost\n"},
    .needs = Traits::destinations,
    .destinations = check_public_suffix,
};
