// Whether what libwrap does with a file is known in spite of what is wrong with it.
//
// libwrap goes on behind nearly every mistake, and the parser does the same. Some things only the host knows on which
// it runs.
#pragma once

#include <cstddef>

#include "base/finding.hpp"

namespace core {

/// True when no finding from number `first` on is about something that cannot be known here.
[[nodiscard]] bool is_meaning_known(const Findings& findings, std::size_t first);

}  // namespace core
