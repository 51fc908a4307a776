// The mynetworks format: a file that Postfix' mynetworks names (mynetworks = /etc/postfix/mynetworks): who may relay.
//
//   file := { line LF }
//   line := "#" anything | { ["!"] pattern }     separated by blanks and commas; a word that begins with '#' ends it
//
// Compat (Postfix 3.7; tests/unit/postfix_server_test.cpp):
//   - a network with bits behind its mask, or a mask that is too long, is 451 for all of its family that come as far
//   - an IPv6 address stands in brackets; without them it is a table of the type "2001"
#include <fmt/format.h>

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/finding_kinds.hpp"
#include "formats/postfix/main_cf.hpp"
#include "formats/postfix/networks.hpp"
#include "formats/registry.hpp"

namespace core {
namespace {

/// False for the name of another file.
bool take_network_word(std::string_view word, Span place, NetworkRules& rules, Findings& findings) {
  bool matches = true;
  for (; word.starts_with('!'); word.remove_prefix(1)) matches = !matches;
  const bool is_elsewhere = word.starts_with('/') || (word.find(':') != word.npos && !word.starts_with('['));
  if (is_elsewhere && !is_unbracketed_ipv6(word)) {
    rules.add_failure(place);
    findings.add(syntax::not_supported, place, fmt::format("{} names another file, which is not read", quoted(word)))
        .with_help("check main.cf: what it names is read with it");
    return false;
  }
  const std::string text = in_lower_case(word);
  report_network_pattern(text, matches, place, true, findings);
  if (text == "unknown") rules.add_client(NameClass{NameState::unknown}, matches, place);
  if (is_elsewhere)
    rules.add_failure(place);
  else
    rules.add_pattern(text, matches, place);
  return true;
}

void parse_mynetworks(const Source& source, const ParseOptions&, Policy& policy, Findings& findings) {
  NetworkRules rules(false, true, 0);
  bool is_complete = true;
  for (std::string_view rest = source.text(); !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    for (std::string_view word; !(word = next_postfix_word(line)).empty() && !word.starts_with('#');)
      is_complete = take_network_word(word, source.span_of(word), rules, findings) && is_complete;
  }
  policy = rules.take();
  policy.format = "mynetworks";
  policy.complete = is_complete;
  policy.span = source.span_of(source.text());
}

}  // namespace
}  // namespace core

const core::Format core::formats::mynetworks = {
    .name = "mynetworks",
    .summary = "Postfix's mynetworks in a file of its own: networks and names of clients that may relay",
    .file_patterns = "*mynetworks",
    .traits = Traits::text | Traits::order | Traits::environment,
    .lookup = {Lookup::By::first_rule},
    .no_match = Access::pass,
    .parse = parse_mynetworks,
};
