// Lists of addresses and networks, as options have them: "192.0.2.1,10.0.0.0/8,2001:db8::/32".
// A list is read again each time that it is asked: it is short, and nothing has to be kept.
#pragma once

#include "address.hpp"

namespace relayrules::runtime {

/// Takes the next word off a list with commas between its words. False at the end; an empty word is handed out, too.
bool next_word(Bytes* list, Bytes* word);

/// Reads IPv4 or IPv6 text without a zone. False if it is neither, or absent. A mapped address is the IPv4 address.
bool read_text(Bytes text, Address* address);

/// Clears all bits behind the first `bits`.
void clear_host_bits(Address* address, unsigned bits);

/// Whether both have the same first `bits`, which are no more than they have.
bool share_prefix(const Address& one, const Address& other, unsigned bits);

/// True if all words of the list are addresses or networks without bits behind their prefix; else *wrong is the first
/// that is none.
bool is_network_list(Bytes list, Bytes* wrong);

/// Whether an address or network of a list that is right holds the address.
bool list_covers(Bytes list, const Address& address);

}  // namespace relayrules::runtime
