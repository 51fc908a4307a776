// The main program of the conformance tests. It ends with 77, which ctest calls "skipped", when everything that ran was
// right but a program to compare with was missing: a green line must never hide that nothing was compared.
//
// Nothing else may stand here.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "conformance/original.hpp"

int main(int argc, char** argv) {
  const int result = Catch::Session().run(argc, argv);
  return result == 0 && core::conformance::skipped_anything() ? 77 : result;
}
