// Client classes: all clients there can be, cut by what every table of some sites says of them.
//
//   policies --cut--> what addresses and names find, with ranks --few signatures--> classes of clients
//
// A decision depends on the client through the tables alone, so that clients of one class fare alike in every
// transaction, and one witness speaks for all. There are few classes, however many rules there are: what a class is
// made of are outcomes, not rules.
//
// Names are confirmed or not (MailClient::verified); tables that ask for confirmed names see none in the others. What
// ident says is not looked at: these are clients of whom it says nothing.
#pragma once

#include <span>
#include <vector>

#include "analysis/region_list.hpp"
#include "model/site.hpp"

namespace core::analysis {

/// Some clients of a class: each of some addresses with each of some names.
struct ClientProduct {
  RangeList ranges;  ///< never touching
  Names names;
  bool verified = true;               ///< false: they have a name that is not confirmed
  std::optional<std::string> sample;  ///< one of the names; none: they include clients without one

  /// True when clients without a name are among them: their address is what counts.
  [[nodiscard]] bool is_by_address() const { return names.any || names.without; }
};

/// Clients whom every table treats alike.
struct ClientClass {
  std::vector<ClientProduct> products;  ///< disjoint
  Client witness;
  bool verified = true;  ///< of the witness
  std::size_t kind = 0;  ///< equal for classes of which the tables differ in the words of replies alone
};

/// All clients without an info that `query` means, in classes; its info is not looked at. `sites` must stay alive, and
/// none of their policies have a find_uncuttable(). Near-linear in the rules; with exceptions (hosts_access) times the
/// names.
[[nodiscard]] std::vector<ClientClass> client_classes(std::span<const Site* const> sites,
                                                      const ClientQuery& query = {});

}  // namespace core::analysis
