// How every program of ours with a C++ run-time begins and ends. What libraries throw (our code throws nothing) becomes
// a message and an exit code here, and nowhere else.
#pragma once

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "base/standard_descriptors.hpp"

namespace core {

/// Runs `work` as the whole program. `speaker` stands before a message: "relayrules: "; `failure` is the exit code when
/// something was thrown.
inline int run_program(const char* speaker, int failure, int (*work)(int, char**), int argc, char** argv) {
  if (!hold_standard_descriptors()) return failure;
  std::signal(SIGXFSZ, SIG_IGN);  // a full quota is an error like a full disk, not a reason to die half way
  try {
    return work(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "%sout of memory\n", speaker);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s%s\n", speaker, error.what());
  }
  return failure;
}

}  // namespace core
