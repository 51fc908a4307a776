// KeyScheme: the language in which a program asks a CDB about a client.
//
// A rule has keys (which texts would find it), a client has keys (which texts are asked, in which order); the first text that is in
// both decides. What a text can mean is not what its author meant: names and ident answers come from the client's side and may
// hold any byte, "@" and "=" too, so that one text may be found for several kinds of clients. readings_of() gives all of them, and
// a text that has none is one that no client can match.
//
// The runtime library has its own small reading of the same order on purpose, and is held equal by a test.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.hpp"

namespace core {

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
  unsigned order = 0;       ///< of networks: those with a lower number are asked first
  Range addresses{};        ///< info_address, address, network
  std::string_view name{};  ///< info_host, host; suffix: with its dot. Part of the text
  std::string_view info{};  ///< info_address, info_host. Part of the text
};

/// Every reading of `text` as a key of tcpserver, by kind. A name is asked in lower case and may be empty; an address is asked as
/// format_address writes it. The views point into `text`.
[[nodiscard]] std::vector<KeyReading> readings_of(std::string_view text);

/// False where only a client could be meant whose name is empty or begins with a dot: DNS has no such names, but who asks for a
/// client may say so.
[[nodiscard]] bool is_usual(const KeyReading& reading);

}  // namespace core
