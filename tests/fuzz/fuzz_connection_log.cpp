// Fuzz target: any bytes as a connection log. A line that shows a client shows just that client when it is written as a
// plain line, whatever the client called itself: text that a client chose is never read as another one.
#include <cstdint>
#include <string>

#include "analysis/client_list.hpp"
#include "analysis/connection_log.hpp"
#include "analysis/replay.hpp"
#include "require.hpp"

using namespace core;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  analysis::SeenClients seen;
  seen.read({reinterpret_cast<const char*>(data), size});
  std::uint64_t visits = 0;
  seen.for_each([&](const Client& client, const analysis::Visits& found) {
    visits += found.count;
    const std::string host = client.host.value_or("");
    const std::string info = client.info.value_or("");
    const std::string listed = format_address(client.address) + "\t" + analysis::escape_field(host) + "\t" +
                               analysis::escape_field(info) + "\t1\t\t";
    analysis::Sighting read;
    require(analysis::parse_log_line(listed, read) == analysis::LogLine::client, "a line of a list shows a client");
    const Client back = analysis::client_of(read);
    require(back.address == client.address && back.host == client.host && back.info == client.info,
            "and it is read back byte for byte");
    // what a plain line cannot say: blanks, and the words for "none"
    if ((host + info).find_first_of(" \t\r") != std::string::npos || info == "-" || analysis::logged_name(host) != host)
      return;
    const std::string line = format_address(client.address) + "\t" + host + "\t" + info;
    analysis::Sighting again;
    require(analysis::parse_log_line(line, again) == analysis::LogLine::client, "a plain line shows a client");
    require(again.address == client.address && again.host == host && again.info == info, "and it is the same one");
  });
  require(visits >= seen.lines_with_client(), "each line with a client is one visit, or as many as it says");
  require(seen.lines_with_client() + seen.lines_not_understood() <= seen.lines(), "no line is counted twice");
  return 0;
}
