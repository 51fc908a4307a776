// Large blocks of memory: asked of the system in large pages, where it has them.
//
// A million rules lie on 25,000 small pages, and each first touch of one is a trap into the kernel; together these cost
// more than parsing. This is advice only: it changes nothing but speed, and a refusal is no error.
#pragma once

#include <malloc.h>
#include <sys/mman.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace core {

inline constexpr std::size_t worth_large_pages = std::size_t{4} << 20;  ///< bytes

/// To be called on a block before it is first written to. Does nothing for small blocks.
inline void advise_large_pages(void* block, std::size_t bytes) {
  constexpr std::uintptr_t page = 4096;
  if (bytes < worth_large_pages) return;
  const auto begin = (reinterpret_cast<std::uintptr_t>(block) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(block) + bytes) / page * page;
  static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
}

/// What is given back is kept and comes again, from one heap for all threads: the kernel clears each page that it
/// gives, and that costs as much as writing to it. For programs that end when their work is done, before their first
/// thread.
inline void keep_freed_memory() {
  static_cast<void>(::mallopt(M_ARENA_MAX, 1));
  static_cast<void>(::mallopt(M_MMAP_MAX, 0));
  static_cast<void>(::mallopt(M_TRIM_THRESHOLD, INT_MAX));
}

/// To be called before a text of so many bytes is read. In a program that keeps what is freed the heap grows once, in
/// large pages, by what the work on such a text takes; in others nothing is left of it. Does nothing for small texts.
inline void make_room_for_work(std::size_t text_bytes) {
  constexpr std::size_t for_each_byte = 12;
  if (text_bytes < worth_large_pages) return;
  void* room = std::malloc(for_each_byte * text_bytes);
  if (room == nullptr) return;
  advise_large_pages(room, for_each_byte * text_bytes);
  std::free(room);
}

/// Makes room for `count` entries in an empty vector.
template <typename Entry>
void reserve_large(std::vector<Entry>& entries, std::size_t count) {
  entries.reserve(count);
  advise_large_pages(entries.data(), count * sizeof(Entry));
}

}  // namespace core
