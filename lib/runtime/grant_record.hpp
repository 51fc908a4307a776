// A grant as a text and as the name of a file: the embedded store's record format, as relayrules-grant(8) has it.
//
//     relayrules grant 1 / address 192.0.2.8 / time 1732863600 / seconds 900 / user joe / service pop3 / end
//
// Each stands in a line of its own, in this order. What a reader would get wrong: a record names its address itself, so
// a file that was renamed or copied to the name of another address grants nothing; and one without its last line is
// none.
//
// In Redis the key names the address, and the value is "TIME SECONDS USER SERVICE". What stands behind TIME may be
// missing, with the blank before it: other programs write the time of the login alone.
#pragma once

#include "address.hpp"
#include "relayrules/grants.h"

namespace relayrules::runtime {

/// Room for every record.
inline constexpr size_t longest_record = 1024;

/// Room for the text of an address or a network, and for the name of its file.
inline constexpr size_t longest_grant_address = 64;

/// How far ahead of the clock a login's time may be.
inline constexpr long long greatest_lead = 5;

/// The address, or the network of its first `bits`, as rr_grant has it.
void write_grant_address(const Address& address, unsigned bits, char (&out)[longest_grant_address]);

/// The name of the file for it: '/' becomes '_'.
void write_file_name(const char* grant_address, char (&out)[longest_grant_address]);

/// Reads what write_grant_address() writes. False if it is anything else.
bool read_grant_address(const char* text, Address* address, unsigned* bits);

/// Spells a name that somebody else chose: printable ASCII, and the rest as %XX. False if it is too long.
bool write_name(const char* name, char* out, size_t room);

/// The record of `grant`, whose state does not matter, in `out`; its size.
size_t write_record(const rr_grant& grant, char (&out)[longest_record]);

/// Reads a record and fills all of *grant but its state. False if it is none.
bool read_record(Bytes text, rr_grant* grant);

/// The value of `grant` in Redis, in `out`; its size.
size_t write_value(const rr_grant& grant, char (&out)[longest_record]);

/// Reads such a value and fills time, expires, user and service; `period` is for one without SECONDS. False if it is
/// none.
bool read_value(Bytes text, long long period, rr_grant* grant);

/// Whether the grant holds at `now`.
rr_grant_state state_at(const rr_grant& grant, long long now);

}  // namespace relayrules::runtime
