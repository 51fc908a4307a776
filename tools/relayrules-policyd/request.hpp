// A request of Postfix' policy protocol, read from bytes that anybody may have written: lines name=value, then an empty
// line. It knows no descriptor. Source: SMTPD_POLICY_README.
#pragma once

#include <cstddef>
#include <string_view>

namespace relayrules::policyd {

/// A request is refused when it is longer than this, in bytes.
inline constexpr std::size_t longest_request = 65536;

/// What of a request decides. Borrows the bytes that it was read from; what was not sent is empty.
struct Request {
  std::string_view kind, state, recipient, client_address, client_name, login;
};

/// Whether the bytes begin with a request: they end before it does, they do, or no request begins so.
enum class Reading { more, whole, bad };

/// Reads the first request in `bytes`; where it is whole, *size is how many bytes it takes.
Reading read_request(std::string_view bytes, std::size_t* size, Request* request);

}  // namespace relayrules::policyd
