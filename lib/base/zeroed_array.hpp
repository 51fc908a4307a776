// Arrays that begin as zeros, and of which little may be used: the system makes each page when it is first touched. A
// vector would write all of them at once, which for a table of all networks takes longer than checking a small file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace core {

/// Throws std::bad_alloc where there is no memory.
template <typename T>
class ZeroedArray {
  static_assert(std::is_trivial_v<T>);

 public:
  explicit ZeroedArray(std::size_t size) : values_(static_cast<T*>(std::calloc(size, sizeof(T)))) {
    if (!values_) throw std::bad_alloc();
  }
  T& operator[](std::size_t place) { return values_.get()[place]; }
  const T& operator[](std::size_t place) const { return values_.get()[place]; }

 private:
  struct Free {
    void operator()(T* values) const { std::free(values); }
  };
  std::unique_ptr<T[], Free> values_;
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
