// The main function of the runtime's tests. Catch2 puts it here; nothing else belongs into this file, for it is slow to
// compile. The tests are in the *_test.cpp files beside it, by subject.
// Invariant: a test that cannot run says so aloud, and fails where CI is "true".
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
