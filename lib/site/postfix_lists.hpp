// Lists of Postfix that are asked from front to back until a pattern matches: mynetworks, relay_domains, mydestination.
//
//   list    := { ["!"] (pattern | "/file" | type:table) }   separated by blanks and commas
//
// What a reader would get wrong: a pattern of mynetworks is tried as a name and as an address, and one that is no
// proper network fails the whole question, but only for clients that come as far. Source: Postfix 3.7, match_list.c,
// match_ops.c, cidr_match.c, namadr_list.c, domain_list.c.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/source.hpp"
#include "formats/postfix/tables.hpp"
#include "model/policy.hpp"
#include "site/postfix_tables.hpp"

namespace core {

/// One pattern.
struct PostfixListItem {
  bool matches = true;  ///< false with "!"
  std::string text;     ///< in lower case; of a table or file its name
  std::shared_ptr<const PostfixTable> table = nullptr;
  std::unordered_map<std::string, Span> keys = {};  ///< of a table by key, in lower case
  bool fails = false;  ///< a file or table that cannot be asked: so does every question that comes here
  Span place;
};

/// A list as main.cf has it.
struct PostfixList {
  std::string parameter;
  bool covers_subdomains = false;  ///< "example.net" is about names below it, too; else ".example.net" is
  std::vector<PostfixListItem> items;
  std::string fault;  ///< why Postfix does not start with it; empty: it does
};

/// What a list says of a domain; `unread`: that is for a table to say that nobody can read here.
enum class ListAnswer : std::uint8_t { no, yes, fails, unread };

/// What becomes of a table of a list that no proof can tell the entries of.
enum class UnreadTables : std::uint8_t {
  skipped,  ///< it has nothing
  stopped,  ///< the answer is `unread`
  asked,    ///< expressions are; at others the answer is `unread`
};

/// Reads the value of a parameter; `place` is where it is written.
[[nodiscard]] PostfixList read_postfix_list(std::string parameter, std::string_view value, Span place,
                                            const Sources& sources, PostfixTables& tables);

/// Whether `domain` (in lower case) is in the list. `with_parents`: as relay_domains, whose patterns and keys may be
/// about names below them; mydestination only knows whole ones. Expressions are asked for the whole of it, as it is;
/// `untried`, where it is not null, gets the place of one that could not be tried.
[[nodiscard]] ListAnswer find_domain(const PostfixList& list, std::string_view domain, bool with_parents,
                                     UnreadTables unread, Span* untried = nullptr);

/// The names that decide what find_domain says of names at and below them: of patterns and keys, without a leading dot.
[[nodiscard]] std::vector<std::pair<std::string, Span>> names_in(const PostfixList& list);

/// The clients of the list, first rule: who is on it is allowed, with relaying; who is not, denied; deferred with
/// `failure` is who comes to a pattern that cannot be asked. `nameless`: as it is for clients without a name, whom the
/// word "unknown" is about.
[[nodiscard]] Policy clients_in(const PostfixList& list, bool nameless, std::uint32_t failure);

/// True when the item is the word "unknown", or has keys of that name.
[[nodiscard]] bool asks_for_nameless(const PostfixListItem& item);

/// True for a table that no proof can tell the entries of: one that is not read, or one of expressions.
[[nodiscard]] bool is_unread(const PostfixListItem& item);
/// Their names.
[[nodiscard]] std::vector<std::string> unread_tables(const PostfixList& list);

}  // namespace core
