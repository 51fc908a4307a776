// Patterns of mynetworks as rules, and what is wrong with them: see networks.hpp.
#include "formats/postfix/networks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "formats/postfix/cidr.hpp"
#include "model/public_suffixes.hpp"

namespace core {
namespace {

/// Nobody has a name with other bytes, or one whose last label is a number.
bool can_be_listed_name(std::string_view text) {
  const std::string_view last = text.substr(text.rfind('.') + 1);
  return !last.empty() && !std::all_of(last.begin(), last.end(), is_digit) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_'; });
}

/// What Postfix takes for a network: a mistake in it is not passed over.
bool is_like_network(std::string_view text) {
  return text.find_first_not_of("0123456789.abcdef:[]/") == std::string_view::npos &&
         text.find_first_of(":/") != std::string_view::npos;
}

Family family_of(std::string_view text) {
  return text.find(':') == std::string_view::npos ? Family::ipv4 : Family::ipv6;
}

void report_bad_network(std::string_view text, Span place, const ReadCidrPattern& read, Findings& findings) {
  const std::string_view family = family_of(text) == Family::ipv4 ? "IPv4" : "IPv6";
  const std::string message = fmt::format(
      "{}: Postfix answers 451 4.3.0 to every {} client that no pattern in front of it is for", read.fault, family);
  if (!read.meant) {
    findings.add(syntax::bad_pattern, place, message).with_help("write an address, or a network as '192.0.2.0/24'");
    return;
  }
  const std::string base = format_address(read.meant->base);
  const std::string right = read.meant->base.family == Family::ipv6 ? fmt::format("[{}]/{}", base, read.meant->bits)
                                                                    : fmt::format("{}/{}", base, read.meant->bits);
  findings.add(syntax::host_bits_set, place, message)
      .with_help(fmt::format("write '{}', or the one address without a mask", right));
}

/// Why no client is this; empty for others.
std::string_view why_nobody(std::string_view text, bool covers_subdomains) {
  if (text.starts_with('.'))
    return covers_subdomains ? "'example.net' without the dot is for the names below it" : std::string_view();
  if (text.find_first_of("*?") != std::string_view::npos) return "there are no wildcards here";
  if (can_be_listed_name(text)) return {};
  if (text.find_first_not_of("0123456789.") == std::string_view::npos && !parse_ipv4(text))
    return "an address has four numbers, and a network a mask: '10.1.0.0/16'";
  const bool is_address = parse_ipv4(text) || (text.starts_with('[') && text.ends_with(']'));
  return is_address ? std::string_view() : "it is neither an address nor a network nor a name";
}

}  // namespace

void report_trusted_name(std::string_view text, Span place, bool covers_subdomains, Findings& findings) {
  if (!can_be_listed_name(text)) return;
  const bool is_below = covers_subdomains || text.starts_with('.');
  Finding& finding =
      findings.add(main_cf::name_trusted, place,
                   fmt::format("{} lets every client relay whose name is this{}, wherever its address is", quoted(text),
                               is_below ? " or ends in it" : ""));
  finding.with_help("list addresses and networks");
  if (text == "localhost") finding.severity = Severity::note;
  if (is_below && anybody_registers_under(text.substr(text.starts_with('.') ? 1 : 0)))
    finding.severity = Severity::error;
}

NetworkRules::NetworkRules(bool nameless, bool covers_subdomains, std::uint32_t failure)
    : nameless_(nameless), covers_subdomains_(covers_subdomains) {
  policy_.format = "postfix_main";
  policy_.lookup.by = Lookup::By::first_rule;
  policy_.rules.set_no_match({Access::pass, Relay::unchanged, 0, 0});
  on_list_ = policy_.rules.add_outcome({Access::allow, Relay::grant, 0, 0});
  excluded_ = policy_.rules.add_outcome({Access::deny, Relay::unchanged, 0, 0});
  failing_ = policy_.rules.add_outcome({Access::defer, Relay::unchanged, 0, failure});
}

void NetworkRules::add(const ClientPattern& pattern, std::uint32_t outcome, Span place) {
  policy_.rules.add({.pattern = pattern, .outcome = outcome, .place = {place, place, place.end}});
}

void NetworkRules::add_client(const ClientPattern& pattern, bool matches, Span place) {
  add(pattern, matches ? on_list_ : excluded_, place);
}

void NetworkRules::add_failure(Span place) { add(AnyClient{}, failing_, place); }

void NetworkRules::add_pattern(std::string_view text, bool matches, Span place) {
  const std::uint32_t outcome = matches ? on_list_ : excluded_;
  if (nameless_ && text == "unknown") add(AnyClient{}, outcome, place);
  if (can_be_listed_name(text)) {
    const std::string below = (text.starts_with('.') ? "" : ".") + std::string(text);
    if (!text.starts_with('.')) add(HostName{std::string(text)}, outcome, place);
    if (text.starts_with('.') != covers_subdomains_) add(HostSuffix{below}, outcome, place);
  }
  add_address(text, outcome, place);
}

/// As an address or a network. What is written like one and is none fails for all addresses of its family.
void NetworkRules::add_address(std::string_view text, std::uint32_t outcome, Span place) {
  if (!is_like_network(text)) {
    const bool has_brackets = text.starts_with('[') && text.ends_with(']');
    if (const auto address = parse_ipv4(has_brackets ? text.substr(1, text.size() - 2) : text))
      add(Prefix{*address, 32}, outcome, place);
    return;
  }
  const ReadCidrPattern read = read_cidr_pattern(text);
  if (read.fault.empty())
    add(read.pattern.network, outcome, place);
  else
    add(Prefix{{family_of(text), {}}, 0}, failing_, place);
}

bool is_unbracketed_ipv6(std::string_view word) {
  return !word.starts_with('[') && family_of(word) == Family::ipv6 &&
         parse_ipv6(word.substr(0, word.find('/'))).has_value();
}

void report_network_pattern(std::string_view text, bool matches, Span place, bool covers_subdomains,
                            Findings& findings) {
  if (is_unbracketed_ipv6(text)) {
    findings
        .add(syntax::unbracketed_ipv6, place,
             fmt::format("{} is a table of the type {} to Postfix, which it has not: it answers 451 4.3.0 to every "
                         "client that no pattern in front of it is for",
                         quoted(text), quoted(text.substr(0, text.find(':')))))
        .with_help(fmt::format("write '[{}]{}'", printable(text.substr(0, text.find('/'))),
                               printable(text.substr(std::min(text.find('/'), text.size())))));
    return;
  }
  if (is_like_network(text)) {
    const ReadCidrPattern read = read_cidr_pattern(text);
    if (!read.fault.empty()) report_bad_network(text, place, read, findings);
    return;
  }
  if (text == "unknown") {
    if (!matches) return;
    findings
        .add(main_cf::unknown_trusted, place,
             "'unknown' is what Postfix calls every client without a confirmed name: all of them may relay")
        .with_help("take it away, and name your networks");
    return;
  }
  const std::string_view reason = why_nobody(text, covers_subdomains);
  if (reason.empty() && matches) report_trusted_name(text, place, covers_subdomains, findings);
  if (reason.empty()) return;
  findings.add(tables::dead_table_key, place, fmt::format("{} matches no client: {}", quoted(text), reason))
      .with_help("write an address, or a network as '192.0.2.0/24' or '[2001:db8::]/32'");
}

}  // namespace core
