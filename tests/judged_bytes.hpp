// Texts of files in which decisions of real programs are written down (corpora.hpp).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace core::testing {

/// Bytes that stand in JSON as characters of Latin-1.
inline std::string bytes_of(const nlohmann::json& json) {
  std::string bytes;
  const auto text = json.get<std::string>();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    bytes +=
        byte < 0x80 ? text[i] : static_cast<char>((byte & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3f));
  }
  return bytes;
}

}  // namespace core::testing
