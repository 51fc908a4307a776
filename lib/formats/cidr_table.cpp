// The cidr_table format: a table of networks that Postfix asks with a client's address (cidr:FILE), from the top.
//
//   file    := { line LF }      a line that begins with a blank goes on with the one before: postfix/lines.hpp
//   line    := pattern blanks value | "if" pattern | "endif" | "#" anything
//   pattern := { "!" } ( address | address "/" length )                in brackets or not: postfix/cidr.hpp
//
// A rule is for the addresses of its pattern that every "if" around it lets through; where these are several ranges,
// there are as many rules with one place. What Postfix skips is an error, and no rule.
//
// Compat (Postfix 3.7; tests/conformance/postfix_tables_test.cpp asks postmap):
//   - a bad "if" is skipped alone: the rules behind it are for everybody, and its "endif" ends the "if" around it
//   - "!" and "if" are about addresses of the pattern's own family: "if !10.0.0.0/8" lets no IPv6 address through
//   - only the lowest eight bits of a length count: /264 is /8
//   - an IPv4-mapped address is one of IPv6
//   - a CR at the end is a blank
#include "base/rule_lines.hpp"
#include "formats/postfix/access_findings.hpp"
#include "formats/postfix/cidr.hpp"
#include "formats/postfix/lines.hpp"
#include "formats/registry.hpp"

namespace core {
namespace {

void parse_cidr_table(const Source& source, const ParseOptions&, Policy& policy, Findings& findings) {
  parse_client_table(source, PostfixTableType::cidr, policy, findings);
}

/// Never proof: a network and a word stand in many files.
Confidence detect_networks(std::string_view text) {
  std::size_t lines = 0;
  std::size_t networks = 0;
  for_each_rule_line(text, [&](std::string_view line) {
    ++lines;
    const std::string_view pattern = line.substr(0, line.find_first_of(postfix_blanks));
    const bool has_value = pattern.size() < line.size() && line.find(':', pattern.size()) == std::string_view::npos;
    if (has_value && pattern.find('/') != std::string_view::npos && read_cidr_pattern(pattern).fault.empty())
      ++networks;
    return true;
  });
  return networks > 1 && networks * 2 > lines ? Confidence::possible : Confidence::none;
}

}  // namespace

}  // namespace core

const core::Format core::formats::cidr_table = {
    .name = "cidr_table",
    .summary = "Postfix's cidr tables: networks and what they stand for, asked from the top",
    .file_patterns = "*.cidr",
    .traits = Traits::text | Traits::order | Traits::values | Traits::indented,
    .detect = detect_networks,
    .lookup = {Lookup::By::first_rule},
    .no_match = Access::pass,
    .parse = parse_cidr_table,
};
