// ClientPattern: which clients a rule is about.
//
// A pattern is either something that a client can be (an address, a prefix, a host name, ...) or a RawKey: text that
// the author wrote as an address and that is none. RawKeys are kept, byte for byte, because the compilers of this
// family write them into the CDB, and because checks have something to say about each of them. Texts are views: Policy
// keeps them for the patterns it holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/address.hpp"

namespace core {

/// Every client: the empty key of tcprules, ALL of hosts_access.
struct AnyClient {
  friend bool operator==(const AnyClient&, const AnyClient&) = default;
};

/// Every client that has a host name: the key "=".
struct AnyNamedClient {
  friend bool operator==(const AnyNamedClient&, const AnyNamedClient&) = default;
};

/// tcprules' "10.2-3." or "10.1.2.5-9": IPv4 octets of which one runs over low..high. Kept apart from Range
/// because each value is a key of its own: "10.0-255." is asked before "10.", although both mean the same addresses.
struct OctetRange {
  std::uint8_t octets[4] = {};  ///< the fixed ones; octets[varying] is not used
  std::uint8_t count = 0;       ///< how many octets are given, 1 to 4; less than 4 is a prefix
  std::uint8_t varying = 0;     ///< which one runs
  std::uint8_t low = 0;
  std::uint8_t high = 0;  ///< low <= high

  friend bool operator==(const OctetRange&, const OctetRange&) = default;
};

/// A network that is one key of its own, written with its length: ucspi-tcp6's "10.0.0.0/8". Kept apart from Prefix,
/// which is "10.": that is asked before all of these.
struct CidrNetwork {
  Prefix network;
  friend bool operator==(const CidrNetwork&, const CidrNetwork&) = default;
};

/// One host name, in lower case; matches the client's reverse DNS name.
struct HostName {
  std::string_view name;
  friend bool operator==(const HostName&, const HostName&) = default;
};

/// All host names that end in `suffix`, which begins with a dot and is in lower case.
struct HostSuffix {
  std::string_view suffix;
  friend bool operator==(const HostSuffix&, const HostSuffix&) = default;
};

/// Text that was written as an address and is none of the above: whom it is asked for, if anybody, says its scheme
/// (readings_of in model/key_scheme.hpp). tcprules expands the first "a-b" in such a text, too: then bytes [hole_begin,
/// hole_end) of `text` stand for every number low..high, and there is no key at all when low > high.
struct RawKey {
  std::string_view text;
  std::uint32_t hole_begin = 0;
  std::uint32_t hole_end = 0;  ///< equal to hole_begin: no range, the text itself is the key
  std::uint16_t low = 0;       ///< 256 stands for every number above 255
  std::uint16_t high = 0;      ///< at most 255

  [[nodiscard]] bool is_range() const { return hole_end != hole_begin; }
  friend bool operator==(const RawKey&, const RawKey&) = default;
};

/// What hosts_access can ask of a client's name without naming one.
enum class NameState : std::uint8_t {
  known,     ///< KNOWN: there is a name, and its address is the client's
  unknown,   ///< UNKNOWN: there is none
  local,     ///< LOCAL: a known name without a dot
  paranoid,  ///< PARANOID: there is one that belongs to another address; Client::host is then paranoid_host
};

/// Every client whose name is in this state.
struct NameClass {
  NameState state = NameState::known;
  friend bool operator==(const NameClass&, const NameClass&) = default;
};

/// IPv4 addresses that have `bits` under a mask with gaps: "10.0.0.0/255.0.0.255", ".3.4". A mask without gaps is a
/// Prefix.
struct MaskedAddress {
  std::uint32_t bits = 0;
  std::uint32_t mask = 0;
  friend bool operator==(const MaskedAddress&, const MaskedAddress&) = default;
};

/// Clients whose address or name, as text, is like `pattern`: '*' stands for any text, '?' for one byte. In lower case.
/// A client without a name is asked with "unknown", as libwrap does.
struct TextPattern {
  std::string_view pattern;
  friend bool operator==(const TextPattern&, const TextPattern&) = default;
};

using ClientPattern = std::variant<AnyClient, AnyNamedClient, Prefix, OctetRange, Range, HostName, HostSuffix, RawKey,
                                   NameClass, MaskedAddress, TextPattern, CidrNetwork>;

/// What libwrap calls a client whose name belongs to another address.
inline constexpr std::string_view paranoid_host = "paranoid";

/// LOCAL, KNOWN, UNKNOWN or PARANOID.
[[nodiscard]] std::string_view name_state_word(NameState state);

/// The text of `pattern` as the tcprules family writes it, for messages and dumps: "10.1.", "10.0.0.0/22",
/// "=.example.com", "".
[[nodiscard]] std::string format_pattern(const ClientPattern& pattern);

/// The addresses that a purely numeric pattern stands for, as ranges in order; empty for any other pattern.
[[nodiscard]] std::vector<Range> ranges_of(const ClientPattern& pattern);

/// How many IPv4 addresses `pattern` is for; 0 for names.
[[nodiscard]] std::uint64_t count_addresses(const ClientPattern& pattern);

/// True when `pattern` is for fewer addresses of IPv4 than `other`, or for a longer prefix of IPv6: what
/// Lookup::Tie::narrowest prefers for a key that both have.
[[nodiscard]] bool is_narrower(const ClientPattern& pattern, const ClientPattern& other);

}  // namespace core
