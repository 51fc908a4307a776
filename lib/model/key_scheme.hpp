// KeyScheme: the language in which a program asks a CDB about a client, and the one place that knows it.
//
// A rule has keys (which texts would find it), a client has keys (which texts are asked, in which order); the first
// text that is in both decides. What a text can mean is not what its author meant: names and ident answers come from
// the client's side and may hold any byte, "@" and "=" too, so that one text may be found for several kinds of clients.
// readings_of() gives all of them, and a text that has none is one that no client can match.
//
// The programs differ in how they spell an address and in what they ask of its networks; all else they have in common.
// The runtime library has its own small reading of the same order on purpose, and is held equal by a test.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"
#include "model/client_pattern.hpp"

namespace core {

/// Who is asking: what a server knows of a connection.
struct Client {
  Address address;
  std::optional<std::string> host;  ///< reverse DNS name in lower case; none when there is none
  std::optional<std::string> info;  ///< what ident said
};

/// What of a client a key is made of, in the order in which all programs of this family ask.
/// Source: ucspi-tcp 0.88, rules.c.
enum class KeyKind : std::uint8_t {
  info_address,  ///< INFO@IP
  info_host,     ///< INFO@=HOST
  address,       ///< IP
  host,          ///< =HOST
  network,       ///< what the program makes of a part of the address
  suffix,        ///< "=" and a suffix of HOST that begins with a dot, longest first
  any_name,      ///< "=": HOST is known
  any_client,    ///< the empty key
};

/// One kind of clients that are asked with a key text.
struct KeyReading {
  KeyKind kind = KeyKind::any_client;
  unsigned order = 0;       ///< of networks: those with a lower number are asked first; below max_network_order
  Range addresses{};        ///< info_address, address, network
  std::string_view name{};  ///< info_host, host; suffix: with its dot. Part of the text
  std::string_view info{};  ///< info_address, info_host. Part of the text
  /// False for a network of which only some of `addresses` are asked with the text: which, no list of networks can say.
  bool exact = true;
};
inline constexpr unsigned max_network_order = 160;

using Keys = std::vector<std::string>;
using Readings = std::vector<KeyReading>;

/// What one program does in its own way. Constants; thread-safe.
struct KeyScheme {
  std::string_view name;    ///< what users call the program: "ucspi-tcp6"
  std::string_view server;  ///< the part of it that decides, for messages: "the tcpserver of ucspi-tcp6"
  /// It asks for an IPv4 client by IPv4 even where it listens on IPv6: no client has a mapped address.
  bool unmaps = false;
  /// How the program spells an address.
  std::string (*address_text)(const Address& address);
  /// Appends what is asked of the networks of an address with this text, in order.
  void (*ask_networks)(const Address& address, std::string_view text, Keys& keys);
  /// Appends the readings of `text` as that of an address or a network.
  void (*read_address)(std::string_view text, Readings& readings);
  /// Appends the keys that together are exactly the IPv6 network; false, and nothing appended, when there are none.
  bool (*add_ipv6_keys)(const Prefix& network, Keys& keys);
  /// Appends the one key of a network that is written with its length; false when the program has no such keys.
  bool (*add_cidr_key)(const Prefix& network, Keys& keys);
  /// How the program's own tools show a key.
  std::string (*show_key)(std::string_view key);
};

/// ucspi-tcp 0.88, ucspi-ssl and all that ask like them. No keys for IPv6 networks.
extern const KeyScheme tcpserver_keys;
/// Debian's ucspi-tcp-ipv6: parts of a compressed IPv6 text that end in ':'.
extern const KeyScheme ucspi_tcp_ipv6_keys;
/// ucspi-tcp6 1.11: whole IPv6 addresses in full, networks as strings of bits.
extern const KeyScheme ucspi_tcp6_keys;

/// All of them.
[[nodiscard]] std::span<const KeyScheme* const> all_key_schemes();

/// The keys that are asked for `client`, in order. `client.host` is asked as it is: give it in lower case. Give an
/// address unmapped(): one that is mapped, which a scheme that unmaps never sees, has there only the keys of others.
[[nodiscard]] Keys keys_asked_for(const KeyScheme& scheme, const Client& client);
/// Gives these to `visit` one after the other until it is true: together those of a long name are its square.
void ask_keys(const KeyScheme& scheme, const Client& client, const std::function<bool(std::string_view key)>& visit);

/// Every reading of `text` as a key, by kind. A name is asked in lower case and may be empty; an address is asked in
/// the program's own spelling. The views point into `text`.
[[nodiscard]] Readings readings_of(const KeyScheme& scheme, std::string_view text);

/// False where only a client could be meant whose name is empty or begins with a dot: DNS has no such names, but who
/// asks for a client may say so.
[[nodiscard]] bool is_usual(const KeyReading& reading);

/// True when some usual client is asked with `text`.
[[nodiscard]] bool has_clients(const KeyScheme& scheme, std::string_view text);

/// What a literal key says: its pattern, and the info before an "@". What has no reading, or more than one, becomes a
/// RawKey; "=" and "=.suffix" are what they look like, although a client with that very name is asked with them as
/// well. Views point into `key`.
struct KeyMeaning {
  ClientPattern pattern;
  std::optional<std::string_view> info;
};
[[nodiscard]] KeyMeaning parse_key(const KeyScheme& scheme, std::string_view key);

}  // namespace core
