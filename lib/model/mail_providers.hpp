// Mail providers: domains where everybody can have a mailbox. The list, its source and its licence: mail_providers.txt.
#pragma once

#include <string_view>

namespace core {

/// True when `domain` (lower case, no dot in front) is one of the list, itself and not by a name above it. Thread-safe.
[[nodiscard]] bool is_mail_provider(std::string_view domain);

}  // namespace core
