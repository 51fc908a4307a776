// Runs a program that lies beside this one and takes its answer.
// relayrules-env is linked statically and starts in a fraction of a millisecond, because it runs for every connection.
// What needs more is left to programs that are started only when they are asked for: the system's resolver, which
// glibc loads at run time, and the reader of hosts.allow with the C++ run-time.
// Invariant: a child that fails, is missing or takes too long gives no answer, never half of one.
#pragma once

#include "text.hpp"

namespace relayrules::env {

inline constexpr int child_not_run = 127;  ///< its exit code when it is not there: ChildAnswer::error says why

/// What came of a child.
struct ChildAnswer {
  int exit_code = -1;        ///< -1: it was killed, or could not be run
  bool is_too_slow = false;  ///< it was killed for that
  Bytes output;              ///< all of its standard output; valid until the next helper runs
  Text error;                ///< the first line of its standard error
};

/// Runs `arguments`, of which the first is the name of the program and the last NULL, for at most `seconds`. Only its
/// outputs are the child's: it does not get descriptor 0. False if the system refused; that has been said.
bool run_child(const char* const* arguments, unsigned seconds, ChildAnswer* answer);

}  // namespace relayrules::env
