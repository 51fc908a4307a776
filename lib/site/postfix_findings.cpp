// Findings about main.cf: see postfix_findings.hpp.
#include "site/postfix_findings.hpp"

#include <fmt/format.h>

#include "base/finding_kinds.hpp"
#include "formats/postfix/networks.hpp"
#include "model/domain_fault.hpp"
#include "model/public_suffixes.hpp"

namespace core {
namespace {

/// Entries that name a table which Postfix cannot have: "http://example.net".
void report_odd_table(const PostfixListItem& item, const std::string& parameter, Findings& findings) {
  const std::string_view type = std::string_view(item.text).substr(0, item.text.find(':'));
  const bool is_no_type = item.table != nullptr && item.table->unavailable.starts_with("Postfix has no tables");
  if (!is_no_type) return;
  findings
      .add(
          domains::not_a_domain, item.place,
          fmt::format("{} in {} is a table of the type {} to Postfix, which it has not: it answers 451 4.3.0 for every "
                      "recipient that comes as far",
                      core::quoted(item.text), parameter, core::quoted(type)))
      .with_help("write the domain only");
}

void report_domain_item(const PostfixListItem& item, const PostfixList& list, Findings& findings) {
  const bool covers_more = list.parameter == "relay_domains";
  const bool is_dead_suffix = item.text.starts_with('.') && (!covers_more || list.covers_subdomains);
  const auto fault = domain_fault(item.text);
  if (fault || is_dead_suffix) {
    findings
        .add(domains::not_a_domain, item.place,
             fmt::format("{} in {} is no domain that mail is sent to: {}", core::quoted(item.text), list.parameter,
                         fault ? fault->reason : "names have no '.' in front there"))
        .with_help(fault ? fault->help : fmt::format("write '{}'", printable(item.text.substr(1))));
    return;
  }
  const std::string_view domain = std::string_view(item.text).substr(item.text.starts_with('.') ? 1 : 0);
  if (!item.matches || !anybody_registers_under(domain)) return;
  Finding& finding = findings.add(
      domains::public_suffix, item.place,
      covers_more ? fmt::format("{} in {} lets everybody send to every domain under it", core::quoted(item.text),
                                list.parameter)
                  : fmt::format("{} in {} is where anybody can register: mail for user@{} only is meant by it",
                                core::quoted(item.text), list.parameter, printable(domain)));
  finding.with_help("list your own domains only");
  if (!covers_more) finding.severity = Severity::warning;
}

}  // namespace

void report_networks(const PostfixList& list, Findings& findings) {
  for (const PostfixListItem& item : list.items)
    if (item.table == nullptr ? !item.fails : is_unbracketed_ipv6(item.text))
      report_network_pattern(item.text, item.matches, item.place, list.covers_subdomains, findings);
}

void report_domains(const PostfixList& list, Findings& findings) {
  for (const PostfixListItem& item : list.items) {
    if (item.fails)
      report_odd_table(item, list.parameter, findings);
    else if (item.table == nullptr)
      report_domain_item(item, list, findings);
  }
}

}  // namespace core
