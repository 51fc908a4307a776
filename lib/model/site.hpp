// Site: all that decides about mail at one server, the only unit that commands take. lib/site/ reads it.
//
//   tables   who or what is on a list: client policies, tables of addresses, lists of destinations
//   stages   what is asked when, for the connection and for each recipient: steps, each of a subject and mostly a table
//
// A file alone is a site of one stage with one step. hosts.allow and hosts.deny are one step, too: libwrap takes the
// first rule that matches in the one text and then the other, so they are one table that stands in two files, as
// rcpthosts and morercpthosts are. tcp.smtp with rcpthosts is two stages. A file can also be several tables: Sendmail's
// access map is one about clients, one about senders and one about recipients. Restrictions of Postfix are steps as
// they stand. What nobody can tell here (a policy service, an LDAP table) is a step, too: Subject::unknown.
//
// A server's reader (lib/site/) makes tables and steps; evaluate (model/transaction.hpp) says what they mean, and
// proofs cut clients, senders and recipients by the tables. What one program alone knows, how it reads an address
// before the steps, stands in a struct of its own.
#pragma once

#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/address.hpp"
#include "base/result.hpp"
#include "base/source.hpp"
#include "model/address_table.hpp"
#include "model/destinations.hpp"
#include "model/policy.hpp"

namespace core {

struct Format;

/// Whose files they are: who reads recipients, and what holds where nothing is said.
enum class Server : std::uint8_t { unknown, qmail, sendmail, postfix, exchange };

/// The server that users call `name`: "qmail", "sendmail", "postfix", "exchange"; `unknown` for others.
[[nodiscard]] Server find_server(std::string_view name);
/// What users call it; empty for `unknown`.
[[nodiscard]] std::string_view server_name(Server server);

/// What a step asks about.
enum class Subject : std::uint8_t {
  always,              ///< hits
  client,              ///< policies[table]: the address, and the name if it is confirmed
  claimed_client,      ///< policies[table]: the address, and the name of reverse DNS, confirmed or not
  libwrap_client,      ///< policies[table]: as libwrap sees it, whose name is "paranoid" if it is not confirmed
  forged_name,         ///< a client that has a name which is not confirmed
  nameless,            ///< a client that has no confirmed name
  unnamed,             ///< a client for whom reverse DNS has no name at all
  relay,               ///< a client to whom an earlier step gave relaying
  login,               ///< a client that has logged in: SMTP AUTH
  grant,               ///< a client to whom a login elsewhere gave relaying for a time
  listener,            ///< a connection to the listener `text`
  sender,              ///< addresses[table]
  recipient,           ///< addresses[table]
  destination,         ///< a recipient whose domain is in destinations[table], or that has none
  readable_sender,     ///< a sender that the server can read; else its reader's answer is the step's
  readable_recipient,  ///< the same for a recipient
  routed_recipient,    ///< a recipient whose local part names another server: "u%example.org@example.com"
  localhost_sender,    ///< a sender whose domain is written as "localhost", or as an address of that
  unknown,             ///< `text`, which nobody can tell here: it misses unless somebody assumes that it hits
};

/// When a step with a table hits.
enum class Take : std::uint8_t {
  listed,   ///< a rule allows; one that defers defers
  relay,    ///< a rule gives relaying, and what else it does is no matter
  outcome,  ///< never: what the rule does is the answer, and without a rule it misses
};

/// What a hit of a step that passes does to a later answer.
enum class Later : std::uint8_t {
  nothing,
  defers_accepted,  ///< mail that all stages take is refused for now, with the step's reply
  defers_refused,   ///< mail that this stage refuses for good is refused for now, with the step's reply
};

/// A step counts only where this holds of the transaction.
struct Need {
  /// login, grant, relay, forged_name, nameless, unnamed, listener, routed_recipient; client, sender or
  /// recipient: `table` allows it.
  Subject subject = Subject::login;
  bool holds = true;
  std::string text = {};  ///< listener: which one
  std::optional<std::size_t> table = std::nullopt;
  /// unknown: patterns[patterns] says `text`; where it is not asked it says nothing.
  std::optional<std::size_t> patterns = std::nullopt;
};

/// What a table of expressions says to a text.
struct PatternAnswer {
  Access access = Access::pass;
  std::string reply;              ///< for an answer that refuses
  std::string restrictions;       ///< not empty: what a Need asks for; mostly a list of restrictions that goes on
  Span place;                     ///< of the rule
  std::string_view unknown = {};  ///< why nobody can tell; empty: it is known
};

/// A table of expressions about clients, senders or recipients. It answers for one transaction and no proof can cut by
/// it, so a step that asks it is of Subject::unknown.
struct PatternTable {
  Subject about = Subject::client;  ///< client, claimed_client, sender, recipient; destination: its domain counts
  /// None: it says nothing to this text. Thread-safe.
  std::function<std::optional<PatternAnswer>(std::string_view text)> find;
};

struct Step {
  Subject subject = Subject::client;
  std::optional<std::size_t> table = std::nullopt;
  /// `allow` ends the stage, `pass` asks the next step, anything else is what becomes of the mail.
  Access hit = Access::allow;
  Access miss = Access::pass;
  Take take = Take::listed;
  std::uint32_t reply = 0;       ///< index into Site::replies, for an answer of the step itself
  std::string text = {};         ///< how the server's files call it: "permit_mynetworks"
  std::vector<Need> needs = {};  ///< all of them
  Span place = {};               ///< where it is written
  bool lets_relay = false;       ///< a hit makes a relay client of it, as far as later steps ask
  Later later = Later::nothing;
  std::optional<std::size_t> patterns = std::nullopt;  ///< unknown: the table that tells, where it may be asked
  bool either_way = false;  ///< unknown: as a table or a service it may refuse as well as permit, or pass

  /// True when nobody can tell what it does, and it may be that it lets mail pass.
  [[nodiscard]] bool may_permit_unknown() const { return subject == Subject::unknown && !is_refusal(hit); }
};

/// Steps that are asked one after the other, until one does not pass.
struct Stage {
  std::string_view name;  ///< "connect", "mail", "recipient", "smtpd_relay_restrictions"
  std::vector<Step> steps;
  Access end = Access::allow;  ///< when all pass; `pass`: nobody told
  std::uint32_t reply = 0;     ///< of that
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
  std::string literal;                   ///< an address of its own, without brackets
  std::string literal_host;              ///< what its own address literal stands for
  std::string default_host;              ///< what an address without a domain gets
};

/// What Postfix's main.cf says of how addresses are read.
struct PostfixControl {
  bool swaps_bangpath = true;        ///< "domain!user" becomes user@domain
  bool percent_hack = true;          ///< "user%domain" becomes user@domain
  std::string name;                  ///< the server's own
  std::string origin;                ///< what an address without a domain gets; empty: nothing
  std::string own_domain;            ///< what a domain without a dot gets; empty: nothing
  std::optional<std::size_t> local;  ///< addresses[local] has the domains that it takes off an address: its own
  std::vector<Address> own;          ///< its addresses: literals of these are its own in every spelling
};

/// How Sendmail reads addresses. Site::destinations are then two: the domains that it takes mail for or relays to, and
/// its own names among them.
struct SendmailControl {
  std::string host;                            ///< its name, in lower case: what "localhost" is; may be empty
  std::optional<std::size_t> relayed_to = {};  ///< index into Site::addresses: domains with RELAY in the access map
  bool strips_relayed = true;                  ///< user%other@relayed is user@other to it: no loose_relay_check
  bool bang_is_special = true;                 ///< "!" parts an address: no FEATURE(`nouucp')
  bool percent_is_special = true;              ///< "%" does: no FEATURE(`nopercenthack')
  bool bang_is_remote = false;                 ///< recipients with a "!" are for relay clients only
  bool percent_is_remote = false;              ///< recipients with a "%" are
};

/// A file that was read, and how.
struct CheckedFile {
  const Source* source = nullptr;
  const Format* format = nullptr;
};

struct Site {
  Server server = Server::unknown;
  std::vector<Policy> policies;               ///< tables about clients, in the order in which they are consulted
  std::vector<AddressTable> addresses;        ///< tables about senders and recipients
  std::vector<PatternTable> patterns;         ///< tables of expressions
  std::vector<DestinationList> destinations;  ///< domains that mail is taken for from anybody: who is "us"
  std::vector<Stage> stages;                  ///< in order; the first answer that is not `allow` ends them
  /// Texts with "$R", "$S", "$C", "$A" and "$I" for recipient, sender, client, its address in
  /// brackets, and its address as the server writes it; the first is empty: none.
  std::vector<std::string> replies = {{}};
  std::unordered_map<std::string, std::uint32_t> reply_index = {{{}, 0}};  ///< of the replies, by their text

  std::string daemon;  ///< whose rules count, as for evaluate
  QmailControl qmail;
  PostfixControl postfix;
  SendmailControl sendmail;
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
  /// True when one policy says all about clients: qmail's rules, or rules alone. Others decide by all their tables.
  [[nodiscard]] bool rests_on_one_policy() const { return server == Server::unknown || server == Server::qmail; }
  /// The domains that mail is accepted for from anybody; empty unless they are `listed`.
  [[nodiscard]] const DestinationList& accepted() const;
  /// Whether there is such a list: qmail and Exchange keep it in a file of its own.
  [[nodiscard]] Destinations known_destinations() const;
  /// True when some step asks about it, or counts only for some of it.
  [[nodiscard]] bool asks(Subject subject) const;
  /// Adds qmail's first stage, where there are rules about clients: it lets them in or not, and makes them relay.
  void add_connect_stage();
  /// Adds the recipient stage of a server that takes mail from clients that relay, perhaps from those that `login`,
  /// from those with a grant if there are `grants`, and for the `known` destinations.
  void add_recipient_stage(Destinations known, bool login);
  /// Lists as `destinations` the domains that tables about recipients take mail for: what a report calls ours.
  void list_destinations();
  /// The index of a reply that was added.
  std::uint32_t add_reply(std::string text);
};

}  // namespace core
