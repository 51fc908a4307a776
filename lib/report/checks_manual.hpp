// The manual page relayrules-checks(7), written from the checks themselves.
#pragma once

#include <string>

namespace core {

/// The whole page in mdoc; it passes `mandoc -T lint -W warning`. The same checks always give the same text.
[[nodiscard]] std::string checks_manual();

}  // namespace core
