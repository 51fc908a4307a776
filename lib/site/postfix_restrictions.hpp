// Restrictions of smtpd as steps of a Site: smtpd_client_restrictions and the four behind it, classes and what tables
// say in place of an answer.
//
// What a reader would get wrong: "permit" ends its list and no other, so that mail needs the leave of all lists; and a
// table's OK for a recipient that carries a route is no leave. Source: Postfix 3.7, smtpd_check.c.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats/postfix/main_cf.hpp"
#include "formats/postfix/tables.hpp"
#include "model/site.hpp"
#include "site/postfix_lists.hpp"
#include "site/postfix_softening.hpp"
#include "site/postfix_tables.hpp"

namespace core {

/// What smtpd says where a list cannot be asked.
inline constexpr std::string_view lookup_failure = "451 4.3.0 <$R>: Temporary lookup failure";

/// What an unread table says of whom it has, for steps behind it: PatternAnswer::restrictions.
inline constexpr std::string_view listed = "listed";

/// The tables of the site that restrictions ask about, as main.cf makes them.
struct PostfixLists {
  std::vector<Step> mynetworks;        ///< steps that hit for its clients; access and replies are theirs alone
  std::vector<Step> own_addresses;     ///< the same for the addresses that the server listens on
  std::size_t destinations = 0;        ///< addresses[]: recipients that anybody may send to
  std::vector<std::string> elsewhere;  ///< tables of such recipients that no proof can tell the entries of
  bool may_leave_out = false;          ///< one of these takes domains out of its list: "!ldap:x"
  std::size_t told_elsewhere = 0;      ///< addresses[]: allows those that these tables decide about
  /// Whether anybody may send to `domain`, as far as it is told when expressions are asked.
  /// `untried` gets the place of an expression that could not be tried.
  std::function<ListAnswer(std::string_view domain, Span& untried)> find_domain;
};

/// A list of restrictions: when it is asked, and in whose name it answers.
struct RestrictionList {
  std::string_view parameter;  ///< "smtpd_client_restrictions"
  std::string_view refused;    ///< what "reject" says: "<$C>: Client host rejected"
  /// What a table without a check_..._access in front is asked about.
  std::string_view bare_table;  ///< "check_client_access"
  bool knows_sender = true;     ///< false while the client has not told it yet: then what asks about it passes
  bool knows_recipient = true;
};

class PostfixRestrictions {
 public:
  /// Refers to its arguments.
  PostfixRestrictions(const PostfixContext& context, const MainCf& file, PostfixTables& tables,
                      const PostfixLists& lists);

  /// The steps of a list, in a stage of its name.
  [[nodiscard]] Stage stage(const RestrictionList& list);
  /// Whether parent_domain_matches_subdomains has `name`.
  [[nodiscard]] bool covers_subdomains(std::string_view name) const;
  /// False when smtpd does not start, for neither of the lists has a word that refuses.
  [[nodiscard]] bool has_refusal(std::string_view parameter) const;
  /// Why smtpd does not start: a class without a definition. Empty: it starts.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  class Reader;
  /// Leaves out classes that were `seen`.
  [[nodiscard]] bool has_refusal_in(std::string_view text, std::set<std::string, std::less<>>& seen) const;

  PostfixContext context_;
  const MainCf& file_;
  PostfixTables& tables_;
  const PostfixLists& lists_;
  std::set<std::string, std::less<>> classes_;
  std::string fault_;
  MadeAccessTables made_;
  PostfixSoftening softened_;
  std::size_t words_read_ = 0;
};

}  // namespace core
