// The socket that Postfix connects to: made here, or inherited from systemd.
#pragma once

#include <string>

namespace relayrules::policyd {

/// A socket at `path` with these permissions that listens and does not block; -1 if there can be none, which was said.
/// A socket that nobody serves is replaced; another file, or one that is served, is not.
int listen_at(const std::string& path, unsigned mode);

/// The one socket that systemd handed over (LISTEN_FDS), made not to block; -1 where there is none.
int inherited_listener();

}  // namespace relayrules::policyd
