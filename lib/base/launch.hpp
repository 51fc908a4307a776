// When work is worth a thread of its own.
//
// For std::async: a thread costs some tenths of a millisecond, and more on a busy machine; most rule files need less to
// be read and proved.
#pragma once

#include <cstddef>
#include <future>

namespace core {

/// Beside the caller; or, where no thread can be started, when the result is asked for.
inline constexpr std::launch beside_if_possible = std::launch::async | std::launch::deferred;

/// From so many entries on. Only tests set it, to 1.
inline std::size_t worth_a_thread = 20'000;

/// How to start work that goes over so many entries: beside what the caller does, or when its result is asked for.
[[nodiscard]] inline std::launch launch_for(std::size_t entries) {
  return entries < worth_a_thread ? std::launch::deferred : beside_if_possible;
}

}  // namespace core
