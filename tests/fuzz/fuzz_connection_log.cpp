// Fuzz target: any bytes as a connection log. A line that shows a client shows it again when it is written as a plain line.
#include <cstdint>
#include <cstdlib>

#include "analysis/replay.hpp"

using namespace core;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  analysis::SeenClients seen;
  seen.read({reinterpret_cast<const char*>(data), size});
  std::uint64_t visits = 0;
  seen.for_each([&](const Client& client, const analysis::Visits& found) {
    visits += found.count;
    const std::string host = client.host.value_or("");
    const std::string info = client.info.value_or("");
    if ((host + info).find_first_of(" \t\r#-") != std::string::npos) return;
    const std::string line = format_address(client.address) + "\t" + host + "\t" + info;
    analysis::Sighting again;
    if (analysis::parse_log_line(line, again) != analysis::LogLine::client) {
      // a name may look like a log of its own
      if (line.find('=') == std::string::npos && line.find(": ") == std::string::npos) std::abort();
      return;
    }
    if (again.address != client.address) std::abort();
  });
  if (visits != seen.lines_with_client()) std::abort();
  if (seen.lines_with_client() + seen.lines_not_understood() > seen.lines()) std::abort();
  return 0;
}
