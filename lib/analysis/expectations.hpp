// Expectations: what the owner of rules wants to hold, and whether it does.
//
//   expectation text --parse_expectations--> ExpectationFile --prove--> TestResult, with a counterexample where it does
//   not hold
//
// An expectation about clients is universal: it holds when it is true of every client that is meant, whatever is left
// open. Nothing is sampled; a counterexample is a region of clients that all fare otherwise, and its witness has been
// put to evaluate.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/client_query.hpp"
#include "analysis/mail_diff.hpp"
#include "analysis/regions.hpp"
#include "base/finding.hpp"
#include "base/source.hpp"
#include "model/destinations.hpp"
#include "model/program.hpp"

namespace core::analysis {

/// A variable with exactly this value, or one that no rule sets.
struct VariableDemand {
  std::string name;
  std::optional<std::string> value;  ///< none: not set
};

/// What must hold of each client, all of it together. An empty member demands nothing.
struct Demand {
  std::optional<bool> allow;
  std::optional<bool> relay;
  std::vector<VariableDemand> variables;
};

/// A recipient as a client gives it that is no relay client.
struct RecipientDemand {
  std::string address;
  bool accepted = true;
};

/// What must become of all the mail that is meant, when a whole server decides.
struct MailDemand {
  MailQuery mail;
  MailOutcome outcome = MailOutcome::accepted;
  bool or_deferred = false;  ///< where it is to be refused: for now will do
  [[nodiscard]] bool is_met_by(MailOutcome found) const {
    return found == outcome || (or_deferred && found == MailOutcome::deferred);
  }
};

/// One line: about clients, about a recipient, or about mail.
struct Expectation {
  Span span;           ///< without the reason
  std::string text;    ///< the same with single blanks
  std::string reason;  ///< why it should be so, in the owner's words; may be empty
  ClientQuery clients;
  Demand demand;
  std::optional<RecipientDemand> recipient;  ///< when set, the two before are not used
  std::optional<MailDemand> mail;            ///< the same; its clients are those above
};

/// A name of a rule file in an expectation file, as it is written there.
struct RuleFileName {
  std::string path;
  Span span;
};

struct ExpectationFile {
  std::vector<RuleFileName> rules;
  std::string daemon;               ///< whose rules are meant, as --daemon; or empty
  std::string format;               ///< how the rules are read, as --from; or empty
  Program program = Program::any;   ///< that reads them, as --program
  Server server = Server::unknown;  ///< whose files they are, as --program
  std::vector<Expectation> expectations;
  bool complete = true;        ///< false when a line could not be read
  bool contradictory = false;  ///< two lines cannot hold together, whatever the rules are
};

/// What came of an expectation.
struct TestResult {
  bool holds = false;
  std::optional<DecidedRegion> counterexample;  ///< of all that fail the one with the fewest addresses
  std::size_t failing = 0;                      ///< how many regions fail
  std::optional<Transaction> mail;              ///< a mail that fares otherwise
  std::string reason = {};                      ///< why it does not hold, where that is no matter of clients
  std::vector<std::string> unless = {};         ///< it holds as long as none of these, which nobody can tell, refuses
};

/// True when a client that fares like `effect` has what `demand` wants.
[[nodiscard]] bool satisfies(const Effect& effect, const Demand& demand);
/// True when no client can have what both want.
[[nodiscard]] bool contradict(const Demand& a, const Demand& b);

/// True when qmail-smtpd takes `address` from a client without RELAYCLIENT: by its domain behind the last '@', in any
/// case. An address without a domain is local. Source: notqmail rcpthosts.c:37.
[[nodiscard]] bool accepts_recipient(std::span<const DestinationList> lists, std::string_view address);

/// Proves `expectation`. `clients` is null when there are no client rules; without a list no recipient is known.
[[nodiscard]] TestResult prove(const Expectation& expectation, const Partition* clients,
                               std::span<const DestinationList> lists);
/// Proves one about mail: for every client, sender and recipient that is meant.
[[nodiscard]] TestResult prove_mail(const MailDemand& demand, const Site& site);

/// Reports lines of which no rules could satisfy both, and marks the file then. Each pair of lines is looked at: they
/// are written by hand.
void find_contradictions(ExpectationFile& file, const Sources& sources, Findings& findings);

}  // namespace core::analysis
