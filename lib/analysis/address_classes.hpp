// Address classes: all senders or all recipients there can be, cut by what every table of some sites says of them.
//
// What a table can tell of an address: which of the listed it is, which listed user at which domain, under which listed
// name. So the classes are the listed ones, each kind of "none of these", and what is alike is one class. An address
// here is one as the server has read it: how texts become addresses is a matter of forms. What is listed need not be an
// address that a server can read ("example..org"), and is no witness of those that are.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/address_table.hpp"
#include "model/site.hpp"

namespace core::analysis {

/// Where the addresses of a class are.
enum class AddressPlace : std::uint8_t {
  null_address,  ///< "<>"
  no_domain,     ///< without a domain
  listed,        ///< at domains, or below them, that some table of destinations or of addresses names
  others,        ///< at all other domains: the outside
};

/// Addresses that every table treats alike.
struct AddressClass {
  AddressPlace place = AddressPlace::others;
  /// "example.org", ".example.org", "user@example.org", "user@"; none of them for `others` and `no_domain`. At most
  /// some: see `count`.
  std::vector<std::string> patterns;
  std::size_t kind = 0;      ///< equal for classes of which the tables differ in the words of replies alone
  std::size_t count = 0;     ///< of patterns
  bool has_unnamed = false;  ///< no pattern is about some of them: users that nobody lists
  MailAddress witness;
  std::string path;  ///< the text by which the servers are told of it: "<user@example.org>"
};

/// Which addresses.
enum class WantedAddress : std::uint8_t {
  any,
  null_address,  ///< "<>"
  outside,       ///< at domains that no table lists
  listed,        ///< at domains that some table lists
  whole,         ///< "user@example.org"
  domain,        ///< "example.org"
  below,         ///< ".example.org"
};

struct AddressQuery {
  WantedAddress kind = WantedAddress::any;
  std::string text = {};  ///< in lower case
};

/// Reads "user@example.org", "example.org", ".example.org", "outside", "listed", "<>" or "any"; false for all else.
[[nodiscard]] bool parse_address_query(std::string_view text, AddressQuery& query);

enum class AddressEnd : std::uint8_t { sender, recipient };

/// All of them that `query` means, in classes. `sites` must stay alive. Near-linear in what the tables list.
[[nodiscard]] std::vector<AddressClass> address_classes(std::span<const Site* const> sites, AddressEnd end,
                                                        const AddressQuery& query = {});

}  // namespace core::analysis
