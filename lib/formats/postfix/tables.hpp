// Tables of Postfix: what their texts say, and the steps of a Site that smtpd makes of an access table.
//
//   text --read_postfix_table--> PostfixTable --add_access_steps--> policies, address tables and steps of a Site
//                                             \-listed_clients---> a Policy (mynetworks = hash:nets)
//                                              \-entries---------> keys (relay_domains = hash:domains)
//
// A text says nothing of whom its keys are asked for: that is the look-up's. What smtpd asks a table by key for a
// client is his name, its parents, his address and what remains of that text when it is cut at "." or ":", and what is
// found first ends the search, DUNNO, too.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.hpp"
#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/policy.hpp"
#include "model/site.hpp"

namespace core {

class ExpressionTable;

/// How Postfix reads a table.
enum class PostfixTableType : std::uint8_t {
  unknown,   ///< not to be read here: ldap, mysql, a name of no type
  texthash,  ///< keys; one that stands there twice makes the whole table unavailable
  indexed,   ///< keys, from the text of which postmap made a database (hash, cdb, lmdb, ...): the first of two counts
  in_line,   ///< keys in main.cf itself: inline:{ { key = value } }
  cidr,      ///< networks, in order
  regexp,    ///< POSIX expressions, in order
  pcre,      ///< Perl's expressions, in order
  constant,  ///< static: one value for whatever is asked
};

/// The type that main.cf calls `word` ("hash", "cidr").
[[nodiscard]] PostfixTableType postfix_table_type(std::string_view word);
/// True for tables that are asked key by key, with parents of names and parts of addresses.
[[nodiscard]] constexpr bool is_by_key(PostfixTableType type) {
  return type == PostfixTableType::texthash || type == PostfixTableType::indexed || type == PostfixTableType::in_line;
}

/// True for tables of expressions: asked once with a whole text, and no list of what they match can be made.
[[nodiscard]] constexpr bool is_of_expressions(PostfixTableType type) {
  return type == PostfixTableType::regexp || type == PostfixTableType::pcre;
}

/// True for tables that have entries. Of the others no proof can tell what they say.
[[nodiscard]] constexpr bool is_readable(PostfixTableType type) {
  return is_by_key(type) || type == PostfixTableType::cidr || type == PostfixTableType::constant;
}

/// One key, or one network, with its value. Texts are those of the source, or of PostfixTable::joined.
struct PostfixEntry {
  std::string_view key;  ///< as written; look-ups fold its case
  std::string_view value;
  RulePlace place;  ///< edits_begin: where the value begins
  /// cidr: the network. With `negated` the entry is about all other addresses of its family.
  Prefix network = {};
  bool negated = false;
  std::uint32_t block = 0;  ///< cidr: index into PostfixTable::blocks
};

/// A table as its text says it. Refers to the Source it was read from.
struct PostfixTable {
  PostfixTableType type = PostfixTableType::unknown;
  std::string name;  ///< as main.cf calls it: "texthash:/etc/postfix/access"
  /// In the order of the text, and none that Postfix skips. By key: each key once.
  std::vector<PostfixEntry> entries;
  /// cidr: whom an "if" lets through to its body, with all "if" around it. The first is for everybody.
  std::vector<std::vector<Range>> blocks;
  /// Why every look-up fails (451 4.3.5 for whoever reaches it); empty: it works.
  std::string unavailable;
  bool is_missing = false;                             ///< unavailable, for its file is not there
  std::shared_ptr<const ExpressionTable> expressions;  ///< regexp and pcre: all that they say, instead of entries
  std::deque<std::string> joined;                      ///< values that stand on several lines
};

/// Reads a file. What Postfix skips is skipped, and what it warns of is a finding. There are no entries where the type
/// is not readable; one of expressions has `expressions`.
[[nodiscard]] PostfixTable read_postfix_table(const Source& source, PostfixTableType type, Findings& findings);
/// Reads what stands behind "inline:" or "static:" in main.cf; `text` is a piece of `source`.
[[nodiscard]] PostfixTable read_postfix_table(const Source& source, std::string_view text, PostfixTableType type,
                                              Findings& findings);

/// Whom a check_*_access asks a table about.
enum class AccessSubject : std::uint8_t { client, sender, recipient };

/// What smtpd does when it finds a value.
struct PostfixValue {
  Access access = Access::pass;  ///< OK: allow; REJECT: deny; DEFER: defer; DISCARD; DUNNO and mere marks: pass
  std::string reply;             ///< for deny and defer, with "$C", "$S" or "$R"
  /// Not empty: it is a list of restrictions, to be asked in place: "permit_mynetworks, reject". Its words may be names
  /// of restriction classes, or no restriction at all: to smtpd that is 451 4.3.5.
  std::string restrictions;
};

/// The codes of access_map_reject_code and access_map_defer_code.
struct AccessCodes {
  unsigned reject = 554;
  unsigned defer = 450;
};
[[nodiscard]] PostfixValue read_postfix_value(std::string_view value, AccessSubject subject, AccessCodes codes = {});
/// True where a value lets mail in without asking further: OK, or a list of restrictions with "permit" in it.
[[nodiscard]] bool permits_by_itself(std::string_view value, AccessSubject subject);
/// "451 4.3.5 <$C>: Client host rejected: Server configuration error", what smtpd says when a look-up fails.
[[nodiscard]] std::string access_failure_reply(AccessSubject subject);

/// What the values of a table mean to one kind of check, and which tables of the site were made of it.
struct AccessValues {
  std::vector<PostfixValue> meanings;
  std::vector<std::size_t> of_entry;  ///< for each entry the index into `meanings`
  std::vector<std::size_t> lists;     ///< those of `meanings` that are lists of restrictions
  /// The table of the site in which each entry does what its value says, and those that allow whose value is a list.
  std::map<std::optional<std::size_t>, std::size_t> made;
};
/// Of one site: what is asked in several places, or again and again within itself, is one table.
using MadeAccessTables = std::map<std::pair<const PostfixTable*, AccessSubject>, AccessValues>;

/// A check_client_access, check_sender_access or check_recipient_access in a list of restrictions.
struct AccessCheck {
  AccessSubject subject = AccessSubject::client;
  Step like = {};  ///< text, place and needs of the steps
  AccessCodes codes = {};
  /// "example.net" is about names below it, too: parent_domain_matches_subdomains names smtpd_access_maps. Else
  /// ".example.net" is.
  bool parent_matches = true;
  std::string delimiters = {};       ///< recipient_delimiter
  /// Adds the steps of a value that is a list of restrictions. `like` has the needs that they are asked under.
  std::function<void(std::string_view restrictions, const Step& like, std::vector<Step>& steps)> expand = {};
};

/// Adds to `site` what the table says, and to `steps` those that ask it as smtpd does. A table that is not
/// readable becomes a step of Subject::unknown; one of expressions, too, which has Step::patterns to be asked by.
/// `made` is of this site; codes, delimiters and what parents match are the same for all that is in it.
void add_access_steps(const PostfixTable& table, const AccessCheck& check, MadeAccessTables& made, Site& site,
                      std::vector<Step>& steps);

/// The clients of a list.
struct ListedClients {
  Policy policy;  ///< first rule, and all rules allow
  /// Where clients without a confirmed name are on it, too: the key that says so.
  std::optional<RulePlace> nameless;
};
/// The clients whose name, one of its parents or whose whole address is a key, whatever the value, or who are in a
/// network: as mynetworks asks a table.
[[nodiscard]] ListedClients listed_clients(const PostfixTable& table, bool parent_matches = true);

/// What an access table says of clients, as a policy alone: values that are lists of restrictions pass, replies are
/// left out, and clients without a name are a NameClass.
void add_access_rules(const PostfixTable& table, Policy& policy);

}  // namespace core
