// Arrays that begin as zeros, and of which little may be used: the system makes each page when it is first touched. A
// vector would write all of them at once, which for a table of all networks takes longer than checking a small file.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

namespace core {

/// Throws std::bad_alloc where there is no memory.
template <typename T>
class ZeroedArray {
  static_assert(std::is_trivial_v<T>);

 public:
  /// Of the system itself: calloc() clears what it has had before.
  explicit ZeroedArray(std::size_t size) : bytes_(size * sizeof(T)) {
    void* memory = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    values_ = static_cast<T*>(memory);
  }
  ZeroedArray(const ZeroedArray&) = delete;
  ZeroedArray& operator=(const ZeroedArray&) = delete;
  ~ZeroedArray() { ::munmap(values_, bytes_); }

  T& operator[](std::size_t place) { return values_[place]; }
  const T& operator[](std::size_t place) const { return values_[place]; }

 private:
  std::size_t bytes_;
  T* values_ = nullptr;
};

/// Bits, none of them set.
class ZeroedBits {
 public:
  explicit ZeroedBits(std::size_t size) : words_(size / 64 + 1) {}
  void set(std::size_t place) { words_[place / 64] |= std::uint64_t{1} << place % 64; }
  [[nodiscard]] bool is_set(std::size_t place) const { return (words_[place / 64] >> place % 64 & 1) != 0; }

 private:
  ZeroedArray<std::uint64_t> words_;
};

}  // namespace core
