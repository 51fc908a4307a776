// --resolve: the client's name from the system's resolver, confirmed by asking for the addresses of that name.
// Anybody can give his address any name, but not a name of others his address.
#pragma once

#include "text.hpp"

namespace relayrules::env {

/// Sets TCPREMOTEHOST to the confirmed name of `ip`, or removes it when there is none. With `is_verbose` it is said why
/// there is none. False if the environment cannot be changed or nobody could be asked; that has been said.
bool resolve_name(Bytes ip, unsigned seconds, bool is_verbose);

}  // namespace relayrules::env
