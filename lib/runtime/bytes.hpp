// A view of bytes and the arithmetic of the CDB format: little-endian words and the hash.
// The ground floor of the runtime: everything else here includes it.
// Invariant: this is a plain struct instead of std::string_view on purpose. No member of it can throw or call into
// libstdc++, which the library does not link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace relayrules::runtime {

/// Borrowed bytes. A null `data` means "absent", which differs from empty.
struct Bytes {
  const char* data = nullptr;
  size_t size = 0;

  /// True if there is something to speak of, be it empty.
  bool present() const { return data != nullptr; }
  /// The bytes from `offset` to the end. `offset` must not exceed size.
  Bytes from(size_t offset) const { return {data + offset, size - offset}; }
  /// The first `length` bytes. `length` must not exceed size.
  Bytes first(size_t length) const { return {data, length}; }
};

/// The bytes of a literal, without its NUL.
template <size_t N>
constexpr Bytes literal(const char (&text)[N]) {
  return {text, N - 1};
}

/// True if both hold the same bytes.
inline bool equal(Bytes a, Bytes b) { return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0); }

/// True if a NUL byte is among the bytes.
inline bool contains_nul(Bytes text) { return text.size != 0 && memchr(text.data, '\0', text.size) != nullptr; }

/// The number in an enumeration that a careless caller may have filled with any.
template <typename Enumeration>
int number_of(const Enumeration& value) {
  static_assert(sizeof value == sizeof(int));
  int number;
  memcpy(&number, &value, sizeof number);
  return number;
}

/// ASCII lower case, whatever the locale; other bytes stay.
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// The little-endian 32-bit word at `at`, which need not be aligned.
inline uint32_t load_word(const unsigned char* at) {
  uint32_t word;
  memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  return word;
}

/// The hash of no bytes: where every key begins.
inline constexpr uint32_t hash_start = 5381;

/// The hash of a text from the hash of all but its last byte.
constexpr uint32_t hash_step(uint32_t hash, char c) { return (hash * 33) ^ static_cast<unsigned char>(c); }

/// Undoes hash_step: the hash of a text without its last byte `c`. 33 is odd, hence it has an inverse modulo 2^32.
constexpr uint32_t hash_step_back(uint32_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * 0x3e0f83e1u;
}
static_assert(33u * 0x3e0f83e1u == 1u, "the inverse of 33 modulo 2^32");

/// The hash of what came before followed by `text`.
inline uint32_t hash_text(uint32_t hash, Bytes text) {
  for (size_t i = 0; i < text.size; ++i) hash = hash_step(hash, text.data[i]);
  return hash;
}

/// The same for `text` in lower case.
inline uint32_t hash_lower(uint32_t hash, Bytes text) {
  for (size_t i = 0; i < text.size; ++i) hash = hash_step(hash, to_lower(text.data[i]));
  return hash;
}

}  // namespace relayrules::runtime
