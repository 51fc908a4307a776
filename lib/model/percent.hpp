// Percent expansion: what becomes of "%h" in the value of a hosts_access setenv option when a client calls.
//
// A policy keeps such a value as it is written (EnvEdit::expands); only who knows the client can say what it becomes.
#pragma once

#include <string>
#include <string_view>

#include "model/policy.hpp"

namespace relayrules {

/// The edit as `client` gets it from the daemon `service` ("name" or "name@server"). What only the running daemon knows, "%p", "%r" and "%R", stays as
/// it is; a letter that means nothing is dropped, as libwrap does.
[[nodiscard]] EnvEdit expanded(const EnvEdit& edit, const Client& client, std::string_view service);

}  // namespace relayrules
