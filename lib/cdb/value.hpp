// The value of a record: what tcpserver does with a client that a key was found for.
//
//   value := { chunk NUL }      chunk := "D" (deny) | "+NAME=VALUE" (set) | "-NAME" (unset, IndiMail's tcpserver only)
//
// An empty value is a plain allow. Other programs' CDBs look alike and mean something else: ipsvd and s6 write a deny
// as "D" without a NUL, which tcpserver takes for an allow. Such a value is never guessed at.
// Source: ucspi-tcp 0.88, tcpserver.c:113-134.
#pragma once

#include <string>
#include <string_view>

#include "model/policy.hpp"

namespace core::cdb {

/// The bytes of a value.
[[nodiscard]] std::string encode_value(Access access, const EnvEdits& edits);

/// What a value says; `error` says why it is no value of tcpserver's, and is then not empty.
struct DecodedValue {
  Access access = Access::deny;
  EnvEdits edits;
  std::string error;
};
[[nodiscard]] DecodedValue decode_value(std::string_view value);

}  // namespace core::cdb
