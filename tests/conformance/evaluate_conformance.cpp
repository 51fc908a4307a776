// model::evaluate, the definition of meaning, against the real tcprulescheck on the CDB that lowering writes.
//
// A small world is asked exhaustively, a big one and an odd one at random. Everything else in the project is held equal
// to evaluate, so this is where the whole chain is tied to the original.
#include <fcntl.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/finding.hpp"
#include "cdb/lower.hpp"
#include "cdb/read.hpp"
#include "cdb/write.hpp"
#include "conformance/original.hpp"
#include "conformance/rule_text.hpp"
#include "formats/tcprules.hpp"
#include "model/evaluate.hpp"
#include "proof/three_answers.hpp"

namespace core::conformance {
namespace {

Policy parse(const std::string& text) {
  Sources sources;
  Policy policy = new_policy(*find_format("tcprules"));
  Findings findings;
  ParseOptions options;
  options.reading = Reading::faithful;
  parse_tcprules(*sources.add("", text), options, TcprulesDialect::classic, policy, findings);
  INFO(quoted(text, 1000));
  REQUIRE(findings.empty());
  return policy;
}

void write_database(const std::string& path, const Policy& policy) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644));
  cdb::Writer writer(file.get(), path);
  Findings findings;
  REQUIRE(cdb::lower(policy, {}, writer, findings));
  REQUIRE_FALSE(writer.finish().has_value());
}

/// Compares one question, to the policy itself and to what is read back from its CDB.
void check(const std::string& text, const std::string& database, const Policy& policy, const Policy& read_back,
           const Client& client) {
  Command command{{original_path("tcprulescheck"), database}};
  command.environment = environment_of({format_address(client.address), client.host, client.info});
  const conformance::Outcome outcome = run(command);
  const std::string mine = as_tcprulescheck(policy, evaluate(policy, client));
  const std::string again = as_tcprulescheck(read_back, evaluate(read_back, client));
  if (outcome.exit_code == 0 && outcome.output == mine && mine == again) return;
  FAIL("rules " << quoted(text, 2000) << "\nclient " << format_address(client.address) << ", host "
                << client.host.value_or("(none)") << ", info " << client.info.value_or("(none)") << "\noriginal "
                << format_outcome(outcome) << "\nevaluate " << quoted(mine, 500) << "\nfrom the CDB "
                << quoted(again, 500));
}

void check_clients(const std::string& text, const Policy& policy, const Folder& folder,
                   const std::vector<Client>& clients) {
  const std::string database = folder / "rules.cdb";
  write_database(database, policy);
  const auto reader = cdb::Reader::open(database);
  REQUIRE(reader.ok());
  Findings findings;
  const Policy read_back = cdb::read_policy(reader.value(), tcpserver_keys, findings);
  for (const Client& client : clients) check(text, database, policy, read_back, client);
}

void check_clients(const std::string& text, const Folder& folder, const std::vector<Client>& clients) {
  check_clients(text, parse(text), folder, clients);
}

std::vector<Client> small_world() {
  std::vector<Client> clients;
  for (const char* ip : {"1.2.3.4", "1.2.3.5", "2.0.0.1", "::1"})
    for (const auto& host :
         {std::optional<std::string>(), std::optional<std::string>("a.b"), std::optional<std::string>("x.a.b")})
      for (const auto& info : {std::optional<std::string>(), std::optional<std::string>("joe")})
        clients.push_back({*parse_address(ip), host, info});
  return clients;
}

}  // namespace

TEST_CASE("evaluate equals tcprulescheck in a small world: every pair of rules, every client") {
  if (!have_original("tcprulescheck")) return;
  const std::string addresses[] = {"joe@1.2.3.4", "joe@=a.b", "1.2.3.4", "=a.b",      "1.2.3.", "1.2.", "1.",
                                   "=.b",         "=.a.b",    "=",       "1.2.3.4-5", "1-2.",   ""};
  const Folder folder;
  const auto clients = small_world();
  unsigned pair = 0;
  for (const std::string& first : addresses)
    for (const std::string& second : addresses) {
      if (repetitions(20) < 20 && ++pair % 20 != 0) continue;
      check_clients(first + ":deny,A=\"1\"\n" + second + ":allow,A=\"2\",B=\"\"\n", folder, clients);
    }
}

TEST_CASE("evaluate equals tcprulescheck on random rules and random clients") {
  if (!have_original("tcprulescheck")) return;
  RuleText random(choose_seed("random rules for evaluate"));
  const Folder folder;
  const auto octet = [&] { return std::to_string(random.below(3)); };
  const std::string names[] = {"a", "b", "a.b", "b.a", ".b", "a.b.c", ""};
  const auto name = [&] { return names[random.below(7)]; };
  for (unsigned left = repetitions(400); left > 0; --left) {
    std::string text;
    for (unsigned rules = 1 + random.below(12); rules > 0; --rules) {
      std::string address = random.below(4) == 0 ? "=" + name() : octet();
      if (address[0] != '=')
        for (unsigned more = random.below(4); more > 0; --more)
          address += "." + octet() + (random.below(5) == 0 ? "-" + octet() : "");
      if (random.below(3) != 0 && address[0] != '=') address += ".";
      if (random.below(5) == 0) address = name() + "@" + address;
      text += address + (random.below(2) == 0 ? ":deny" : ":allow,N=\"" + std::to_string(rules) + "\"") + "\n";
    }
    std::vector<Client> clients;
    for (unsigned i = 0; i < 12; ++i) {
      Client client{*parse_ipv4(octet() + "." + octet() + "." + octet() + "." + octet()), {}, {}};
      if (random.below(2) == 0) client.host = name();
      if (random.below(3) == 0) client.info = name();
      clients.push_back(client);
    }
    check_clients(text, folder, clients);
  }
}

TEST_CASE("evaluate equals tcprulescheck on odd clients, 20,000 of them") {
  if (!have_original("tcprulescheck")) return;
  RuleText random(choose_seed("odd clients for tcprulescheck"));
  const odd_world::Pick pick = [&](unsigned below) { return random.below(below); };
  const Folder folder;
  for (unsigned left = repetitions(1000); left > 0; --left) {
    const Policy policy = proof::complete_policy(odd_world::programs[0], pick, left % 2 == 0);
    std::vector<Client> clients;
    for (unsigned i = 0; i < 20; ++i) clients.push_back(odd_world::client(pick));
    check_clients(proof::keys_of(policy), policy, folder, clients);
  }
}

}  // namespace core::conformance
