// The main program of the unit tests, in a file of its own: Catch2's implementation takes longer to compile than all
// tests.
//
// Nothing else may stand here.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
