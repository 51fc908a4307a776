// The environment of this process, which becomes PROG's.
#pragma once

#include "text.hpp"

namespace relayrules::env {

/// The value of a variable; absent if it is not set.
Bytes variable(const char* name);

/// Sets one. False when there is no memory; that has been said.
bool set_variable(const char* name, const char* value);

/// Removes the variables of a list with commas. False when there is no memory; that has been said.
bool remove_variables(Bytes names);

}  // namespace relayrules::env
