// The main program of the runtime's tests; the tests are in the *_test.cpp files beside it, by subject. It ends with
// 77, which ctest calls "skipped", when everything that ran was right but a program to compare with was missing.
//
// Nothing else may stand here: it is slow to compile.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "real_programs.hpp"

int main(int argc, char** argv) {
  const int result = Catch::Session().run(argc, argv);
  return result == 0 && skipped_anything ? 77 : result;
}
