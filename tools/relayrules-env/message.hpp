// Where relayrules-env says things: standard error, or syslog where standard error is the client.
// Invariant: nothing is ever said into the client's connection but an answer of SMTP that was asked for. inetd gives a
// program its connection as descriptor 2, too, and a message there would be part of the SMTP session.
#pragma once

#include "text.hpp"

namespace relayrules::env {

inline constexpr int exit_fine = 0;
inline constexpr int exit_denied = 100;  ///< as tcpserver's; also for a wrong command line
inline constexpr int exit_failed = 111;  ///< nobody can tell what holds for the client, so it is turned away

/// Says "relayrules-env: TEXT" in a line.
void say(Text& text);

/// Says it and returns exit_failed.
[[nodiscard]] int fail(Text& text);

/// The words for an errno.
const char* words_for(int error);

/// Writes all of `text` to `fd`. False if that was not possible.
bool write_all(int fd, Bytes text);

}  // namespace relayrules::env
