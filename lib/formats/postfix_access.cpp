// The postfix_access format: the text of an access table by key (texthash:FILE, or what postmap makes hash:FILE of), as
// smtpd asks it about a client.
//
//   file := { line LF }            a line that begins with a blank goes on with the one before: postfix/lines.hpp
//   line := key blanks value | "#" anything               blanks between double quotes are part of the key
//
// smtpd asks for the client's name, then for its parents, then for his address and what is left of it when it is cut at
// "." or ":", and takes what it finds first. Rules stand in this order: names before addresses, long keys before short
// ones.
//
// Compat (Postfix 3.7; tests/conformance/postfix_tables_test.cpp):
//   - a key that stands there twice takes the whole table away, if it is a texthash; postmap keeps the first
//   - a name that is found ends the search, and so does DUNNO: no address is asked for then
//   - "unknown" is for clients without a name
//   - a value that is digits alone is OK, 550 without a text, too
#include "formats/postfix/access_findings.hpp"
#include "formats/registry.hpp"

namespace core {
namespace {

void parse_postfix_access(const Source& source, const ParseOptions&, Policy& policy, Findings& findings) {
  parse_client_table(source, PostfixTableType::indexed, policy, findings);
}

}  // namespace

}  // namespace core

const core::Format core::formats::postfix_access = {
    .name = "postfix_access",
    .summary = "Postfix's access tables by key (texthash, hash, cdb): names, addresses and what smtpd does",
    .file_patterns = "client_access sender_access recipient_access *.postfix_access",
    .traits = Traits::text | Traits::order | Traits::values | Traits::indented,
    .lookup = {Lookup::By::first_rule},
    .no_match = Access::pass,
    .parse = parse_postfix_access,
};
