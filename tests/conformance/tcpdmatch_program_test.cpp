// evaluate against the program tcpdmatch, on generated pairs of hosts.allow and hosts.deny of the whole grammar.
//
// 2,000 pairs and 10 clients for each: 20,000 runs of the program, two at a time. One costs 1.2 ms of processor time,
// nearly all of it for loading its libraries; with other clients the same pairs are put to libwrap itself
// (tcpdmatch_test.cpp), by the million.
#include "hosts_pair.hpp"
#include "hosts_text.hpp"
#include "unit/small_world.hpp"

namespace core {
namespace {

TEST_CASE("evaluate decides addresses and users as tcpdmatch does, on generated files of the whole grammar") {
  if (is_skipped(!has_tcpdmatch(), "tcpdmatch (package tcpd)")) return;
  const Folder folder;
  for (unsigned seed = 10'000; seed < 10'000 + small_world::rounds(2000); ++seed) {
    HostsText generator(seed, folder / "list");
    put(folder / "list", generator.patterns());
    const std::string allow = generator.file();
    const std::string deny = generator.file();
    const Pair pair(allow, deny);
    write_pair(folder, allow, deny);
    std::vector<Client> clients;
    while (clients.size() < 10) {
      Client client = generator.client();
      client.host.reset();
      if (client.address.family == Family::ipv4) clients.push_back(std::move(client));
    }
    const std::string daemon = seed % 2 == 0 ? "tcp-env" : "d";
    CAPTURE(seed, allow, deny);
    REQUIRE(evaluate_all(pair.policy, daemon, clients) == ask_tcpdmatch(folder, daemon, clients));
  }
}

}  // namespace
}  // namespace core
