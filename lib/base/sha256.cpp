// SHA-256 by libmd: see sha256.hpp.
#include "base/sha256.hpp"

#include <sys/types.h>

#include <array>
#include <cstdint>

// libmd's header needs the types above, and does not ask for them itself
#include <sha2.h>

namespace core {

std::string sha256_of(std::string_view bytes) {
  std::array<char, SHA256_DIGEST_STRING_LENGTH> digits{};
  ::SHA256Data(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), digits.data());
  return digits.data();
}

}  // namespace core
