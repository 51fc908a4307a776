// The sendmail_access format: the text of Sendmail's access map (model/access_map.hpp), as it is asked about a client.
//
// Sendmail asks for the client's name and its parents, then for his address, octets cut off at its end, each with
// "Connect:" and then without a tag. Rules stand in this order: names before addresses, long keys before short ones.
// Whole servers (sendmail.mc, relay-domains, From: and To:) are read in site/read_sendmail.cpp.
//
// Compat (sendmail 8.17; tests/unit/read_sendmail_test.cpp):
//   - there are no comments behind a value: "RELAY # gw" refuses the client with these words
//   - every value that is not known refuses with itself
//   - IPv6 keys have all their groups, without leading zeros: "IPv6:2001:db8:0:0:0:0:0:1"
//   - "10." and networks with a '/' are never asked for
//   - of a key that stands there twice makemap keeps the first
#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/cursor.hpp"
#include "base/edit_distance.hpp"
#include "base/finding_kinds.hpp"
#include "base/rule_lines.hpp"
#include "formats/registry.hpp"
#include "model/access_clients.hpp"
#include "model/key.hpp"

namespace core {
namespace {

Outcome sendmail_outcome(const AccessValue& given) {
  const SendmailValue& value = given.meaning;
  switch (value.word) {
    case AccessWord::relay: return {Access::allow, Relay::grant};
    case AccessWord::ok:
    case AccessWord::quarantine: return {Access::allow, Relay::unchanged};
    case AccessWord::discard: return {Access::discard, Relay::unchanged};
    case AccessWord::skip:
    case AccessWord::absent: return {Access::pass, Relay::unchanged};
    default: return {value.is_temporary() ? Access::defer : Access::deny, Relay::unchanged};
  }
}

void report_unknown_word(const AccessMap& map, const AccessEntry& entry, Findings& findings) {
  const auto& [text, value] = map.value_of(entry);
  const bool is_for_spam = entry.tag() == AccessTag::spam || entry.tag() == AccessTag::other;
  if (value.word != AccessWord::error || value.is_told || is_for_spam) return;
  const bool is_comment = text.find('#') != std::string_view::npos;
  const std::string capitals = in_upper_case(text);
  Nearest nearest(capitals);
  for (const std::string_view word : {"RELAY", "OK", "REJECT", "DISCARD", "SKIP"}) nearest.try_word(word);
  findings
      .add(tables::not_an_action, map.value_span(entry),
           fmt::format("{} is no action of Sendmail's: mail is refused with these words", quoted(text)))
      .with_help(is_comment                ? "there are no comments behind a value; write it on a line of its own"
                 : !nearest.word().empty() ? fmt::format("did you mean {}?", nearest.word())
                                           : "write RELAY, OK, REJECT, DISCARD, SKIP or 'ERROR:5.7.1:550 text'");
}

/// What to write for a network that is written otherwise than by whole octets.
std::string in_octets(std::string_view key) {
  std::optional<Prefix> net = access_prefix(trimmed_right(key, "."));
  if (!net) net = parse_prefix(key);
  std::string octets;
  if (!net || net->bits == 0 || !append_octet_key(octets, *net))
    return "write octets, 'Connect:10.1' for 10.1.0.0/16, and a line for each such network";
  return fmt::format("write 'Connect:{}' for {}", trimmed_right(octets, "."), format_prefix(*net));
}

/// Why nobody has an address like this key, and what to write; empty for others.
std::pair<std::string, std::string> why_dead(std::string_view key) {
  const auto has_only = [&](std::string_view set) { return key.find_first_not_of(set) == std::string_view::npos; };
  if (key.find('/') != std::string_view::npos && has_only("0123456789abcdef.:/v[]ipx"))
    return {"networks with a '/' are never asked for", in_octets(key)};
  if (has_only("0123456789.") && !access_prefix(key))
    return {"addresses are asked for by whole octets without a dot behind", in_octets(key)};
  const bool has_tag = key.starts_with("ipv6:");
  const bool is_ipv6 = std::count(key.begin(), key.end(), ':') > 1 && has_only("0123456789abcdef:ipv[]");
  if (!is_ipv6 || access_prefix(key) || key.front() == '[') return {};
  return {has_tag ? "IPv6 addresses are asked for with all their groups and without leading zeros"
                  : "IPv6 addresses are asked for with 'IPv6:' in front",
          "write 'Connect:IPv6:2001:db8:0:0:0:0:0:1' for one, 'Connect:IPv6:2001:db8' for a network"};
}

void report_dead_access_key(const AccessMap& map, const AccessEntry& entry, Findings& findings) {
  if (entry.tag() == AccessTag::from || entry.tag() == AccessTag::to || entry.tag() == AccessTag::spam) return;
  const auto [reason, help] = why_dead(entry.key());
  if (reason.empty()) return;
  Finding& finding =
      findings.add(tables::dead_table_key, entry.key_span(),
                   fmt::format("Sendmail never asks for {}: {}", quoted(access_key_text(entry)), reason));
  finding.with_help(help);
  // the host itself may always relay
  const bool is_needless = entry.key() == "ipv6:::1" && sendmail_outcome(map.value_of(entry)).relays();
  if (is_needless) finding.severity = Severity::note;
}

void parse_sendmail_access(const Source& source, const ParseOptions&, Policy& policy, Findings& findings) {
  const AccessMap map = read_access_map(source, findings);
  for (const AccessEntry& entry : map) {
    report_unknown_word(map, entry, findings);
    report_dead_access_key(map, entry, findings);
  }
  const std::vector<const AccessEntry*> clients = clients_in_order(map);
  add_access_clients(policy, map, clients, {.by = AccessAsked::By::name}, sendmail_outcome);
  add_access_clients(policy, map, clients, {.by = AccessAsked::By::address}, sendmail_outcome);
  policy.span = source.span_of(source.text());
}

/// Tags are Sendmail's alone.
Confidence detect_access_tags(std::string_view text) {
  Confidence confidence = Confidence::none;
  for_each_rule_line(text, [&](std::string_view line) {
    for (const std::string_view tag : {"Connect:", "From:", "To:"})
      if (line.starts_with(tag) && line.find_first_of(" \t") > tag.size() &&
          line.find_first_of(" \t") != std::string_view::npos)
        confidence = Confidence::by_content;
    return confidence == Confidence::none;
  });
  return confidence;
}

}  // namespace

}  // namespace core

const core::Format core::formats::sendmail_access = {
    .name = "sendmail_access",
    .summary = "Sendmail's access map: names, addresses and what becomes of their mail",
    .file_patterns = "*.sendmail_access",
    .usual_patterns = "access",
    .traits = Traits::text | Traits::order | Traits::values,
    .detect = detect_access_tags,
    .lookup = {Lookup::By::first_rule},
    .no_match = Access::pass,
    .parse = parse_sendmail_access,
};
