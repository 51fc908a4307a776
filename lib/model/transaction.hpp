// evaluate(Site, Transaction): what a server does with one attempt to send mail.
//
// The definition of what stages mean: slow and obvious, and held equal to the real servers by tests. The recipient and
// the sender are read as the server reads them (model/recipient.hpp), then the steps are asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.hpp"
#include "model/evaluate.hpp"
#include "model/key_index.hpp"
#include "model/key_scheme.hpp"
#include "model/outcome.hpp"
#include "model/site.hpp"

namespace core {

/// One attempt to send mail.
struct Transaction {
  Client client = {};      ///< `host`: what reverse DNS says
  bool verified = true;    ///< that name leads back to the address
  bool logged_in = false;  ///< SMTP AUTH
  /// By a login elsewhere; in addition to Site::grants.
  bool granted = false;
  bool relays = false;  ///< as by a RELAYCLIENT that the program inherits
  std::string listener = {};
  std::string sender = "a@sender.example";           ///< as behind "MAIL FROM:", brackets or not
  std::string recipient = "<user@outside.example>";  ///< as behind "RCPT TO:", brackets or not
  bool assumed = false;                              ///< every Subject::unknown that may let it pass does
  /// Tables of expressions are asked. A proof does not: its transaction stands for others that they tell apart.
  bool asks_patterns = false;
};

/// One question on the way to the answer.
struct MailStep {
  std::string_view stage;
  std::string asked;   ///< "check_client_access cidr:nets"
  std::string answer;  ///< "allow", "pass"
  Span place;          ///< of the rule that was found, or of the step
};
using MailTrace = std::vector<MailStep>;

/// A rule of a table of expressions, and why nobody can tell what it says.
struct UntriedRule {
  Span place;
  std::string_view why;
  friend bool operator==(const UntriedRule&, const UntriedRule&) = default;
};

/// What becomes of it.
struct MailDecision {
  Access access = Access::pass;      ///< `pass`: nobody told the server's files that say it; discard counts as taken
  std::string reply;                 ///< empty where the files give none
  Span place;                        ///< of the rule or step that decided; empty: none did
  std::vector<std::string> unless;   ///< what was asked on the way that nobody can tell here, each once
  std::vector<UntriedRule> untried;  ///< of these: rules of tables of expressions that could not be tried, each once

  /// The server says that it takes the mail.
  [[nodiscard]] bool is_accepted() const { return access == Access::allow || access == Access::discard; }
};

/// The policies of a site, made ready for many questions: a proof asks for a hundred clients, a list for a million, and
/// of the first rule that matches among a million. Thread-safe.
class ReadyPolicies {
 public:
  /// `site` must stay alive, and its policies and daemon unchanged.
  explicit ReadyPolicies(const Site& site);
  /// As evaluate(site.policies[table], client, site.daemon).
  [[nodiscard]] Decision decide(std::size_t table, const Client& client) const {
    return evaluators_[table].decide(client);
  }

 private:
  std::vector<Evaluator> evaluators_;
};

/// The policies must be complete, or known. `ready`, when given, are those of `site`.
[[nodiscard]] MailDecision evaluate(const Site& site, const Transaction& transaction, MailTrace* trace = nullptr,
                                    const ReadyPolicies* ready = nullptr);

}  // namespace core
