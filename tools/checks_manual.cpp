// Writes the manual page relayrules-checks(7) to standard output, from the checks themselves. Run by the build.
#include <cstdio>

#include "report/checks_manual.hpp"

int main() {
  const std::string page = core::checks_manual();
  return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
