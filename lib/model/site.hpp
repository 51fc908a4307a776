// Site: all that decides about mail at one server, the only unit that commands take. lib/site/ reads it.
//
//   tables   who or what is on a list: client policies, each with its Lookup, and lists of destinations
//   stages   what is asked when, for the connection and for each recipient: steps, each of a subject and mostly a table
//
// A file alone is a site of one stage with one step. hosts.allow and hosts.deny are one step, too: libwrap takes the first rule that
// matches in the one text and then the other, so they are one table that stands in two files, as rcpthosts and morercpthosts are.
// tcp.smtp with rcpthosts is two stages. A file can also be several tables. Sendmail's access map will be three: "Connect:" a policy
// in `policies` with a step of `connect`; "To:" destinations with a step of `recipient`; "From:" a table of senders, of a type and a
// stage of its own, between these two. Restrictions of Postfix are steps as they stand, and RBLs or maps that we cannot ask are steps
// that prove nothing. What one program alone knows (qmail's control files) stands in a struct of its own, never in a step.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "model/destinations.hpp"
#include "model/policy.hpp"

namespace core {

struct Format;

/// What a step asks about.
enum class Subject : std::uint8_t {
  client,     ///< whom Site::policies[table] is about; its rules say what a hit and a miss mean
  relay,      ///< a client to whom an earlier step gave relaying
  login,      ///< a client that has logged in: SMTP AUTH
  grant,      ///< a client to whom a login elsewhere gave relaying for a time: Site::grants
  recipient,  ///< a recipient whose domain is in Site::destinations[table]; without a table each one
};

struct Step {
  Subject subject = Subject::client;
  std::optional<std::size_t> table = std::nullopt;
  Access hit = Access::allow;  ///< `pass`: the next step is asked
  Access miss = Access::pass;
};

/// A client to whom a login elsewhere (POP before SMTP) gave relaying for a time.
struct Grant {
  Address address;
  bool expired = false;  ///< older than the server looks at it
};

/// What is known of the domains that mail is accepted for from anybody.
enum class Destinations : std::uint8_t {
  unknown,  ///< nobody told: taken to be a list of the owner's domains
  absent,   ///< there is no list: qmail then accepts every domain
  listed,
};

/// What qmail's control files say beside its lists. Names are in lower case, and may be empty.
struct QmailControl {
  std::vector<Destination> percenthack;  ///< domains at which user%other@domain becomes user@other
  std::string me;                        ///< the server's name
  std::string literal_host;              ///< what its own address literal stands for
  std::string default_host;              ///< what an address without a domain gets
};

/// A file that was read, and how.
struct CheckedFile {
  const Source* source = nullptr;
  const Format* format = nullptr;
};

struct Site {
  std::vector<Policy> policies;               ///< tables about clients, in the order in which they are consulted
  std::vector<DestinationList> destinations;  ///< tables about recipients: who is "us"
  std::vector<Step> connect;    ///< asked of a connection: each step must let it in. Empty: everybody is let in
  std::vector<Step> recipient;  ///< asked of each recipient, until a step does not pass. Empty: nobody told

  std::string daemon;  ///< whose rules count, as for evaluate
  QmailControl qmail;
  std::optional<std::vector<Prefix>> local;  ///< what the owner says is his; none: he does not say
  std::optional<std::vector<Grant>> grants;  ///< sorted by address; none: there is no store of grants

  std::string rules_name;             ///< the first file or CDB about clients; empty: there is none
  std::vector<CheckedFile> files;     ///< what was read and has a format, in order
  std::vector<std::string> paths;     ///< all that was read, CDBs and control files, too
  std::vector<std::string> skipped;   ///< files of folders that are no rule files
  std::vector<std::string> unread;    ///< files that belong to the server, lie beside what was read, and were not
  std::string other_half;             ///< the one of them without which nothing is proved, for it is of the same table
  std::string in_error;               ///< a file that was not understood to its end; nothing is proved then. Or empty
  std::string unknown_daemon;         ///< that no rule is about `daemon`, and whom they are about; or empty
  std::vector<std::string> notes;     ///< what the user should know of how the files were taken
  std::vector<SystemError> failures;  ///< nothing is answered from a site that has any
  std::vector<SystemError> left;      ///< links that lead out of a folder, and are no rule files by their name

  /// The rules about clients; without any everybody is let in, and nobody relays.
  [[nodiscard]] const Policy& clients() const;
  /// The domains that mail is accepted for from anybody; empty unless they are `listed`.
  [[nodiscard]] const DestinationList& accepted() const;
  /// What the recipient stage says of them.
  [[nodiscard]] Destinations known_destinations() const;
  /// True when the recipient stage asks about it.
  [[nodiscard]] bool asks(Subject subject) const;
  /// Makes the recipient stage of a server that takes mail from clients that relay, perhaps from those that `login`, from
  /// those with a grant if there are `grants`, and for the `known` destinations.
  void set_recipient_steps(Destinations known, bool login);
};

/// One attempt to send mail.
struct Transaction {
  Client client;
  bool logged_in = false;
  std::string domain;  ///< of the recipient, in lower case
};

/// What becomes of it: the definition of what stages mean. None where nobody told which domains are accepted. The policies
/// must be complete.
[[nodiscard]] std::optional<Access> evaluate(const Site& site, const Transaction& transaction);

}  // namespace core
