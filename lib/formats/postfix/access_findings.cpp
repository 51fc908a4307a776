// Dead keys, values that are no action and OK for everybody: see access_findings.hpp.
#include "formats/postfix/access_findings.hpp"

#include <fmt/format.h>
#include <unordered_set>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "formats/postfix/client_keys.hpp"
#include "formats/postfix/lines.hpp"

namespace core {
namespace {

/// Why nobody is asked for under a key, and what to write; both empty for a key that somebody is.
struct DeadReason {
  std::string reason;
  std::string help;
  std::string right = {};  ///< the key that was meant; empty: there is none
};

DeadReason why_dead_network(std::string_view key) {
  const auto network = parse_prefix(key);
  if (!network) return {"no network is asked for with a '/'", "write the octets in front: '10' is 10.0.0.0/8"};
  const bool is_ipv4 = network->base.family == Family::ipv4;
  const unsigned step = is_ipv4 ? 8 : 16;
  if (is_ipv4 && network->bits % step == 0 && network->bits > 0) {
    std::string octets = format_address(network->base);
    for (unsigned bits = network->bits; bits < 32; bits += step) octets.resize(octets.rfind('.'));
    return {"networks are asked for by their octets", fmt::format("write '{}', or use a cidr table", octets), octets};
  }
  return {"networks are asked for by what is in front of a '.' or ':'", "put it into a cidr table: cidr:FILE"};
}

DeadReason why_dead_address(std::string_view key) {
  if (key.starts_with('[')) {
    const std::string bare(key.substr(1, key.find(']') - 1));
    return {"addresses stand without brackets", fmt::format("write '{}'", printable(bare)), bare};
  }
  if (const auto address = parse_ipv6(key)) {
    const std::string right = format_address(*address);
    return {fmt::format("smtpd asks for {}", quoted(right)), fmt::format("write '{}'", right), right};
  }
  if (key.find(':') != std::string_view::npos) {
    return {"it is no beginning of an IPv6 address as smtpd writes it",
            "write an address, or groups without ':' behind them: '2001:db8'"};
  }
  return {"it is no beginning of an IPv4 address", "write '10.1.2.3', or octets without a '.' behind them: '10.1'"};
}

/// `key` in lower case, of a table about clients. What holds an "@" is for senders and recipients.
std::optional<DeadReason> why_dead(const std::string& key) {
  if (key.find('@') != std::string::npos || key == "<>") return std::nullopt;
  if (key.find(':') == key.size() - 1) return std::nullopt;  // the reader has told
  if (key.find('/') != std::string::npos) return why_dead_network(key);
  if (key.starts_with('.'))
    return DeadReason{
        "'example.net' is for all names below it already, unless smtpd_access_maps is taken out of "
        "parent_domain_matches_subdomains",
        fmt::format("write '{}'", printable(key.substr(1))), key.substr(1)};
  if (key.find('*') != std::string::npos)
    return DeadReason{"'*' stands for nothing in such a table",
                      "write 'example.net' for all names below it, or use a regexp table"};
  if (could_be_name(key) && !key.starts_with('[')) return std::nullopt;
  if (!address_key(key).is_dead()) return std::nullopt;
  return why_dead_address(key);
}

/// Restrictions, or names that an administrator may have given to a class of them.
bool could_be_restriction(std::string_view word) {
  constexpr std::string_view known[] = {"permit", "reject", "defer", "sleep", "warn_if_reject", "check", "none"};
  const std::string lower = in_lower_case(word);
  return std::any_of(
             std::begin(known), std::end(known),
             [&](std::string_view name) { return lower == name || lower.starts_with(std::string(name) + "_"); }) ||
         (word.find('_') != std::string_view::npos && word.find_first_of(".@/") == std::string_view::npos);
}

void report_value(const PostfixEntry& entry, Findings& findings) {
  const PostfixValue value = read_postfix_value(entry.value, AccessSubject::client);
  const bool asks_table = value.access == Access::defer && value.reply.starts_with("451 4.3.5");
  const std::string_view word = entry.value.substr(0, entry.value.find_first_of(", \t"));
  if (!asks_table && (value.restrictions.empty() || could_be_restriction(word))) return;
  const Span place = {entry.place.edits_begin, entry.place.span.end};
  findings
      .add(tables::not_an_action, place,
           asks_table
               ? fmt::format("{} names a table: smtpd answers 451 4.3.5 to all that this key is for",
                             quoted(entry.value))
               : fmt::format("{} is no action: smtpd answers 451 4.3.5 to all that this key is for, unless main.cf "
                             "has it in smtpd_restriction_classes",
                             quoted(word)))
      .with_help("write 'OK', 'REJECT', 'DUNNO' or a reply: '550 5.7.1 text'");
}

/// True when the value refuses or defers.
bool refuses(const PostfixEntry& entry) {
  return is_refusal(read_postfix_value(entry.value, AccessSubject::client).access);
}

/// Names whose value does not refuse, where some address is refused: for them it is not asked.
void report_names_before_addresses(const PostfixTable& table, Findings& findings) {
  const auto is_refused_address = [](const PostfixEntry& entry) {
    const std::string key = in_lower_case(entry.key);
    return !could_be_name(key) && !address_key(key).is_dead() && refuses(entry);
  };
  const auto address = std::find_if(table.entries.begin(), table.entries.end(), is_refused_address);
  if (address == table.entries.end()) return;
  for (const PostfixEntry& entry : table.entries) {
    const std::string key = in_lower_case(entry.key);
    const bool is_name = could_be_name(key) && address_key(key).is_dead() && key.find_first_of("@<*[") == key.npos;
    if (!is_name || key.starts_with('.') || refuses(entry)) continue;
    findings
        .add(tables::name_before_address, entry.place.pattern,
             fmt::format("{} ends the search for clients with this name, before their address is asked for: {} is not "
                         "for them",
                         quoted(entry.key), quoted(address->key)))
        .with_help("put the addresses into a table of their own that is asked before this one")
        .with_related(address->place.pattern, "asked later");
  }
}

/// For a table by key.
void report_access_entries(const PostfixTable& table, Findings& findings) {
  // a second entry with one key makes the whole table fail: no repair may make one
  std::unordered_set<std::string> taken;
  for (const PostfixEntry& entry : table.entries) taken.insert(in_lower_case(entry.key));
  for (const PostfixEntry& entry : table.entries) {
    if (const auto dead = why_dead(in_lower_case(entry.key))) {
      Finding& finding = findings.add(tables::dead_table_key, entry.place.pattern,
                                      fmt::format("{} matches no client: {}", quoted(entry.key), dead->reason));
      finding.with_help(dead->help);
      if (!dead->right.empty() && taken.insert(dead->right).second) finding.with_fix(entry.place.pattern, dead->right);
    }
    report_value(entry, findings);
  }
  report_names_before_addresses(table, findings);
}

/// For a cidr table.
void report_open_networks(const PostfixTable& table, Findings& findings) {
  for (const PostfixEntry& entry : table.entries) {
    const bool is_for_all = entry.network.bits == 0 && !entry.negated && entry.block == 0;
    if (!is_for_all || read_postfix_value(entry.value, AccessSubject::client).access != Access::allow) continue;
    findings
        .add(tables::permits_everybody, entry.place.span,
             fmt::format("{} is for every {} client that no rule above is for: in front of reject_unauth_destination "
                         "the server is an open relay",
                         quoted(fmt::format("{} {}", entry.key, entry.value)),
                         entry.network.base.family == Family::ipv4 ? "IPv4" : "IPv6"))
        .with_help("write 'DUNNO', which lets smtpd ask on, or name your networks");
  }
}

}  // namespace

void parse_client_table(const Source& source, PostfixTableType type, Policy& policy, Findings& findings) {
  Findings found;
  const PostfixTable table = read_postfix_table(source, type, found);
  if (type == PostfixTableType::cidr)
    report_open_networks(table, found);
  else
    report_access_entries(table, found);
  add_access_rules(table, policy);
  policy.complete = policy.complete && !found.has_errors();
  policy.span = source.span_of(source.text());
  for (Finding& finding : found.all()) findings.all().push_back(std::move(finding));
}

}  // namespace core
