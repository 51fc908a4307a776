// How Postfix reads a recipient: see recipient.hpp.
#include "model/recipient.hpp"

namespace core {

ReadAddress read_postfix_recipient(const Site&, std::string_view path) { return read_plain_address(path); }

}  // namespace core
