// Whether two client patterns have clients in common, as far as the patterns themselves tell.
//
// An address and a name may always belong to one client: only DNS knows. What is not certain is answered with false.
#pragma once

#include "model/client_pattern.hpp"

namespace core {

/// True when it is certain that no client is matched by both. A RawKey is matched by nobody.
[[nodiscard]] bool is_disjoint(const ClientPattern& a, const ClientPattern& b);
/// True when it is certain that every client of `inner` is one of `outer`.
[[nodiscard]] bool is_within(const ClientPattern& inner, const ClientPattern& outer);

}  // namespace core
