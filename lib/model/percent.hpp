// Percent expansion: what becomes of "%h" in the value of a hosts_access setenv option when a client calls.
//
// A policy keeps such a value as it is written (EnvEdit::expands); only who knows the client can say what it becomes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/policy.hpp"

namespace core {

/// The edit as `client` gets it from the daemon `daemon` ("name" or "name@server"). What only the running daemon knows,
/// "%p", "%r" and "%R", stays as it is; a letter that means nothing is dropped, as libwrap does.
[[nodiscard]] EnvEdit expanded(const EnvEdit& edit, const Client& client, std::string_view daemon);

/// The expansions in `text`, as pieces of it, of what the client can choose: its name (%h, %n), and its user as its
/// host tells it (%u, %c).
[[nodiscard]] std::vector<std::string_view> chosen_by_client(std::string_view text);

}  // namespace core
