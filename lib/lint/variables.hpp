// Environment variables that mail programs read from access rules.
#pragma once

#include <string_view>

namespace core {

/// The well-known variable that `name` is a slip for; empty when it is known itself, or near to none.
[[nodiscard]] std::string_view meant_variable(std::string_view name);
/// True when `value` is a word, in any case, that is to switch something off: "no", "0".
[[nodiscard]] bool is_word_for_off(std::string_view value);
/// True when `name` decides which program runs or which code is loaded into it.
[[nodiscard]] bool is_dangerous_variable(std::string_view name);
/// True when tcpserver or tcp-env sets `name` to say who is connected.
[[nodiscard]] bool is_connection_variable(std::string_view name);

}  // namespace core
