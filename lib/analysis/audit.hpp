// audit: who may send where. The table that every discussion of relaying draws, worked out from the files of one
// server.
//
//   our clients -> our domains   our clients -> the outside   outside -> our domains   outside -> the outside (must be
//   refused)
//
//   rules --> partition --> cut at the boundary of "ours" --> groups (by origin and access) --> four cells
//
// "Ours" are the clients that may relay, and those of --local. So a grant makes its clients ours, unless it cannot be
// meant: see Reason. All sets of addresses are exact. Every witness is put to evaluate before it is shown.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/recipient_forms.hpp"
#include "analysis/regions.hpp"
#include "base/address_count.hpp"
#include "model/networks.hpp"
#include "model/public_suffixes.hpp"
#include "model/site.hpp"

namespace core::analysis {

/// Which side a client is on.
enum class Origin : std::uint8_t { ours, outside };
/// What the rules let a client do.
enum class ClientAccess : std::uint8_t { relays, let_in, denied };

/// What decides about a client: a rule of the one table about clients, another place in a server's files, or nothing
/// that is written.
struct Decider {
  std::optional<std::size_t> rule;  ///< index into the rules of Site::clients()
  Span place = {};                  ///< where there is no such rule
};

/// All clients of one origin and one access. Those that come to it by address alone, whatever their name, are disjoint
/// from group to group, and together all addresses; clients with certain names or infos may fare otherwise, and are
/// groups of their own.
struct ClientGroup {
  Origin origin = Origin::outside;
  ClientAccess access = ClientAccess::denied;
  bool by_name = false;  ///< only clients with certain names, or of whom ident says something: some of these
  Names names;
  std::vector<std::string> infos;
  RangeList ranges;          ///< never touching
  std::size_t networks = 0;  ///< how many prefixes these are, at the fewest
  AddressCount addresses;
  std::vector<Decider> rules;  ///< that decide for them, in order
  Client witness;
  bool witness_verified = true;  ///< its name leads back to it
};

/// Some clients of a cell: mail from them to the destinations of the cell is accepted or not.
struct CellPart {
  std::size_t group = 0;  ///< index into Audit::groups
  bool accepted = false;
  bool only_some_destinations = false;  ///< accepted for the open destinations alone
};

/// What becomes of mail from one origin to one kind of destination. `nobody`: there are no such clients.
enum class CellOutcome : std::uint8_t { nobody, refused, in_part, accepted };

struct Cell {
  CellOutcome outcome = CellOutcome::nobody;
  std::vector<CellPart> parts;
  std::string recipient;  ///< one that is accepted where any is, or else one that is refused; empty where none is known
  std::vector<std::string> unless;  ///< what nobody can tell here, and may decide otherwise
};

/// Addresses that may relay whatever their name.
struct SurfaceNet {
  Prefix prefix;
  NetworkKind kind = NetworkKind::public_internet;  ///< of all of it; public as soon as a part of it is
};

/// How far a trust in names reaches.
enum class Reach : std::uint8_t {
  named,          ///< hosts or a domain with an owner
  public_suffix,  ///< names that anybody can register
  anybody,        ///< whoever has a name at all
};

/// Clients that may relay because of their name, or of what ident says of them.
struct Trust {
  ClientSet clients;
  Decider rule;
  Reach reach = Reach::named;
};

/// Everything that may relay.
struct Surface {
  std::vector<SurfaceNet> nets;  ///< in order
  PublicAddresses public_part;   ///< of them
  std::vector<Trust> trusts;
};

/// A listed destination that is no one's own: everybody may send to all domains under it.
struct OpenSuffix {
  std::size_t entry = 0;  ///< index into Site::accepted()
  bool is_tld = false;
};

/// What the destinations open.
struct DestinationSurface {
  Destinations known = Destinations::unknown;
  std::size_t domains = 0;             ///< entries
  std::size_t impossible = 0;          ///< of them: no domain that mail is sent to
  std::vector<OpenSuffix> open;        ///< in order of the list
  std::vector<std::size_t> providers;  ///< mail providers' domains, which are hardly the owner's; in order of the list
  SuffixShare share;                   ///< how many public suffixes lie under the open ones, of how many
  std::vector<std::size_t> rewritten;  ///< indices into QmailControl::percenthack that are accepted, too
};

/// Why relaying clients count as outside, or strangers get through.
enum class Reason : std::uint8_t {
  not_local,        ///< clients relay that --local does not name
  too_wide,         ///< so many public addresses relay that they cannot be one owner's
  any_name,         ///< relaying for whoever has a name, or one that anybody can register
  no_destinations,  ///< no list of destinations: everything is accepted
  open_suffix,      ///< a public suffix is listed
  percenthack,      ///< a listed domain rewrites user%other@domain
  sender_trust,     ///< relaying for whoever writes one of our addresses behind MAIL FROM
  users_outside,    ///< strangers' mail is taken for some users at every domain
};

/// A client with a grant, and what the rules make of it.
struct GrantedClient {
  Grant grant;
  ClientAccess access = ClientAccess::let_in;
};

struct Audit {
  std::vector<ClientGroup> groups;           ///< by origin, by access, those by address first; empty ones are left out
  std::array<std::array<Cell, 2>, 2> cells;  ///< [Origin][0: to our domains, 1: to the outside]
  Surface surface;
  DestinationSurface destinations;
  bool auth = false;
  /// What nobody can tell here, and may let pass what is refused; or refuse what is accepted, if it may do either:
  /// [ClientAccess][0: to our domains, 1: to the outside].
  std::array<std::array<std::vector<std::string>, 2>, 3> untold;
  std::vector<std::string> unless;  ///< of it what could let mail to the outside pass from clients that may not relay
  std::optional<std::vector<GrantedClient>> grants;
  /// A recipient elsewhere whose user is listed without a domain, and whom mail is taken for from strangers; or empty.
  std::string user_outside;
  std::vector<Reason> reasons;  ///< each once
  /// The server takes mail from the outside to the outside, under no condition.
  [[nodiscard]] bool is_open() const;
};

/// The rules about clients must be complete, without a find_uncuttable(). Near-linear in the number of rules, of
/// destinations, and of local networks. A witness that evaluate does not confirm ends the program.
[[nodiscard]] Audit audit(const Site& site);

/// A domain that `accepted` does not have: what witnesses and forms use for the outside.
[[nodiscard]] std::string outside_domain(const DestinationList& accepted);

/// How far a trust in the names, or in the info, of these clients reaches.
/// `names_are_checked`: a name counts only where it leads back to the address, as for libwrap.
[[nodiscard]] Reach reach_of(const ClientSet& clients, bool names_are_checked);
/// The same of clients with any address.
[[nodiscard]] Reach reach_of(const Names& names, bool names_are_checked);

/// What relays, of all clients, by address.
[[nodiscard]] Surface relay_surface(const AddressCells<1>& addresses, const Effects& effects);
/// Clients that names or infos decide about.
struct NamedClients {
  DecidedRegion region;
  Reach reach = Reach::named;  ///< where they relay
};
/// Adds what relays of them.
void add_trusts(Surface& surface, const std::vector<NamedClients>& named);

/// What the destinations of `site` open to everybody.
[[nodiscard]] DestinationSurface destination_surface(const Site& site);

/// One form, as each of all_mail_servers takes it.
struct FormRow {
  RecipientForm form;
  std::array<ReadRecipient, std::size(all_mail_servers)> read;
};

/// The names for forms that the files of `site` give, and made-up ones, under .example, where they give none.
[[nodiscard]] FormNames form_names(const Site& site);

/// recipient_forms with the names that the files of `site` give: all forms, for a client that is let in and may not
/// relay.
[[nodiscard]] std::vector<FormRow> try_forms(const Site& site, const Audit& audit);

}  // namespace core::analysis
