// What a fuzz target says of its input: a claim that does not hold ends the run.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace core {

/// Ends the run unless `holds`: libFuzzer keeps the input.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

}  // namespace core
