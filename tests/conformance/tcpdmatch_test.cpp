// evaluate against the real libwrap: on generated pairs of hosts.allow and hosts.deny, and on the corpus.
//
// libwrap, which is all of tcpdmatch's knowledge, is loaded and called directly: it takes names as given, its setenv
// option really sets the variables, and it answers a million questions a minute. The program itself is asked in
// tcpdmatch_program_test.cpp. Without them the tests say loudly that they did nothing; with CI=true in the environment
// they fail.
#include <algorithm>
#include <array>

#include "corpora.hpp"
#include "hosts_pair.hpp"
#include "hosts_text.hpp"
#include "libwrap.hpp"
#include "model/percent.hpp"
#include "unit/policies.hpp"
#include "unit/small_world.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

/// The environment that the edits of a decision make of an empty one.
std::string environment_of(const EnvEdits& edits, const Client& client, const std::string& daemon) {
  for (const char* name : variables) unsetenv(name);
  for (const EnvEdit& edit : edits)
    setenv(std::string(edit.name()).c_str(), std::string(expanded(edit, client, daemon).value()).c_str(), 1);
  return environment();
}

/// The clients that libwrap decides otherwise than evaluate, in words; empty when there is none.
std::string compare(Libwrap& libwrap, const Policy& policy, const std::vector<std::string>& daemons,
                    const std::vector<Client>& clients) {
  std::string differences;
  for (const std::string& daemon : daemons) {
    for (const Client& client : clients) {
      const Decision decision = evaluate(policy, client, daemon);
      const std::string ours =
          fmt::format("{} {}", permits(policy, decision), environment_of(edits_of(policy, decision), client, daemon));
      for (const char* name : variables) unsetenv(name);
      const bool granted = libwrap.ask(daemon, client);
      const std::string theirs = fmt::format("{} {}", granted, environment());
      if (ours != theirs)
        differences += fmt::format("{} {} {} {}: evaluate '{}', libwrap '{}'\n", daemon, format_address(client.address),
                                   client.host.value_or("-"), client.info.value_or("-"), ours, theirs);
    }
  }
  for (const char* name : variables) unsetenv(name);
  return differences;
}

// ---- generated files ---------------------------------------------------------------------------------------

TEST_CASE("evaluate decides and sets variables as libwrap does, on generated files of the whole grammar") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there(), "libwrap.so.0 (package libwrap0)")) return;
  const Folder folder;
  libwrap.use(folder);
  for (unsigned seed = 0; seed < small_world::rounds(2500); ++seed) {
    HostsText generator(seed, folder / "list");
    const std::string list = generator.patterns();
    put(folder / "list", list);
    const std::string allow = generator.file();
    const std::string deny = generator.file();
    const Pair pair(allow, deny);
    CHECK(pair.policy.complete == !pair.findings.has_errors());
    write_pair(folder, allow, deny);
    std::vector<Client> clients;
    for (int i = 0; i < 50; ++i) clients.push_back(generator.client());
    const std::string differences = compare(libwrap, pair.policy, {"d", "tcp-env@10.1.1.1", "other"}, clients);
    CAPTURE(seed, allow, deny, list);
    REQUIRE(differences == "");
  }
}

// ---- the corpus --------------------------------------------------------------------------------------------

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Clients that the policy's rules are about, and some others.
std::vector<Client> clients_for(const Policy& policy) {
  std::vector<Client> clients;
  const auto add = [&](const Address& address, std::optional<std::string> host) {
    clients.push_back({address, std::move(host), std::nullopt});
  };
  for (const char* address : {"127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "8.8.8.8", "2001:db8::1"})
    add(*parse_address(address), std::nullopt);
  for (const Rule rule : policy.rules) {
    for (const Range& range : ranges_of(rule.pattern())) {
      add(range.first, "host.example.org");
      add(range.last, std::nullopt);
      if (const auto outside = successor(range.last)) add(*outside, std::nullopt);
    }
    if (const auto host = rule.get_if<HostName>()) add(Address::from_ipv4(0x08080808), std::string(host->name));
    if (const auto host = rule.get_if<HostSuffix>())
      add(Address::from_ipv4(0x08080808), std::string("x").append(host->suffix));
  }
  // libwrap takes the address 255.255.255.255 for an error; no client has it
  std::erase_if(clients, [](const Client& client) { return client.address == Address::from_ipv4(0xffffffffU); });
  return clients;
}

std::vector<std::string> daemons_of(const Policy& policy) {
  std::vector<std::string> daemons = {"some-other-daemon"};
  for (const auto& services : policy.daemon_lists)
    daemons.insert(daemons.end(), services.names.begin(), services.names.end());
  std::sort(daemons.begin(), daemons.end());
  daemons.erase(std::unique(daemons.begin(), daemons.end()), daemons.end());
  return daemons;
}

std::vector<fs::path> corpus_files() {
  std::vector<fs::path> files;
  for (const fs::path& corpus : testing::corpora())
    for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
      const std::string name = entry.path().filename().string();
      const bool is_hosts_file =
          name.find("hosts.allow") != std::string::npos || name.find("hosts.deny") != std::string::npos;
      if (entry.is_regular_file() && is_hosts_file) files.push_back(entry.path());
    }
  std::sort(files.begin(), files.end());
  return files;
}

TEST_CASE("evaluate decides as libwrap and tcpdmatch do on the files of the corpus") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there() || !has_tcpdmatch(), "libwrap or tcpdmatch (packages libwrap0, tcpd)")) return;
  const Folder folder;
  libwrap.use(folder);
  unsigned compared = 0;
  for (const fs::path& path : corpus_files()) {
    const std::string text = read_file(path);
    const bool is_deny = path.filename().string().find("hosts.deny") != std::string::npos;
    const std::string allow = is_deny ? "" : text;
    // so that a match in hosts.allow shows
    const std::string deny = is_deny ? text : "ALL : ALL\n";
    const Pair pair(allow, deny);
    write_pair(folder, allow, deny);
    const std::vector<Client> clients = clients_for(pair.policy);
    const std::vector<std::string> daemons = daemons_of(pair.policy);
    CAPTURE(path.string());
    CHECK(compare(libwrap, pair.policy, daemons, clients) == "");
    std::vector<Client> by_address;
    for (const Client& client : clients)
      if (by_address.size() < 12 && client.address.family == Family::ipv4)
        by_address.push_back({client.address, std::nullopt, std::nullopt});
    CHECK(evaluate_all(pair.policy, daemons.front(), by_address) == ask_tcpdmatch(folder, daemons.front(), by_address));
    ++compared;
  }
  CHECK(compared >= 6);
}

// ---- what the comments and messages of the reader claim ----------------------------------------------------

TEST_CASE("libwrap does with odd words and lines what the reader's messages say") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there(), "libwrap.so.0 (package libwrap0)")) return;
  const Folder folder;
  libwrap.use(folder);
  struct Row {
    const char* allow;
    const char* deny;
    const char* address;
    const char* host;
    bool granted;
  };
  const Row rows[] = {
      {"d : 10.1.2.3/8\n", "ALL : ALL\n", "10.1.2.3", nullptr, false},
      {"d : 0.0.0.0/0\n", "ALL : ALL\n", "10.1.2.3", nullptr, false},
      {"d : 0.0.0.0/0.0.0.0\n", "ALL : ALL\n", "10.1.2.3", nullptr, true},
      {"d : 1.2.3.4/255.255.255.255\n", "ALL : ALL\n", "1.2.3.4", nullptr, false},
      {"d : 1.2.3.4/32\n", "ALL : ALL\n", "1.2.3.4", nullptr, true},
      {"d : 10.0.0.0/255.0.0.255\n", "ALL : ALL\n", "10.1.1.0", nullptr, true},
      {"d : 10.0.0.0/8x\n", "ALL : ALL\n", "10.1.1.1", nullptr, true},
      {"d : 010.0.0.0/8\n", "ALL : ALL\n", "8.1.1.1", nullptr, true},
      {"d : .3.4\n", "ALL : ALL\n", "1.2.3.4", nullptr, true},
      {"d : mail.\n", "ALL : ALL\n", "1.2.3.4", "mail.example.com", true},
      {"d : 1.2.3\n", "ALL : ALL\n", "1.2.3.4", nullptr, false},
      {"d : 2001:db8::1\n", "ALL : ALL\n", "2001:db8::1", nullptr, false},
      {"d : 1.2.3.4 2001:db8::1 : allow\n", "", "1.2.3.4", nullptr, false},
      {"d : ALL :\n", "", "1.2.3.4", nullptr, false},
      {"d : ALL : allow :\n", "", "1.2.3.4", nullptr, false},
      {"d : ALL : allow : setenv RR_TEST_A\n", "", "1.2.3.4", nullptr, false},
      {"d : ALL : allow x\n", "", "1.2.3.4", nullptr, false},
      {"d : ALL : setenv =\n", "", "1.2.3.4", nullptr, false},
      {"d : ALL : setenv RELAYCLIENT=@x\n", "", "1.2.3.4", nullptr, false},
      {"d : ALL : alow\n", "", "1.2.3.4", nullptr, false},
      {"no colon\nd : ALL\n", "ALL : ALL\n", "1.2.3.4", nullptr, true},
      {"d : ALL", "ALL : ALL\n", "1.2.3.4", nullptr, false},
      {"d : ALL\n# end", "ALL : ALL\n", "1.2.3.4", nullptr, true},
      {"", "x : ALL", "1.2.3.4", nullptr, false},
      {"", "x : ALL\n# end", "1.2.3.4", nullptr, false},
      {"# note \\\nd : ALL\n", "ALL : ALL\n", "1.2.3.4", nullptr, false},
      {" # d : ALL\n", "ALL : ALL\n", "1.2.3.4", nullptr, true},
      {"KNOWN : ALL\n", "ALL : ALL\n", "1.2.3.4", nullptr, true},
      {"d : ALL \\\n", "ALL : ALL\n", "1.2.3.4", nullptr, false},
  };
  for (const Row& row : rows) {
    write_pair(folder, row.allow, row.deny);
    CAPTURE(row.allow, row.deny, row.address);
    const Client client{*parse_address(row.address),
                        row.host == nullptr ? std::nullopt : std::optional<std::string>(row.host), std::nullopt};
    CHECK(libwrap.ask("d", client) == row.granted);
  }
  const std::string fits = "x : 9." + std::string(2040, ' ') + "\n";
  write_pair(folder, fits, "");
  CHECK(libwrap.ask("d", {*parse_address("1.2.3.4"), {}, {}}));
  write_pair(folder, "", fits);
  CHECK(libwrap.ask("d", {*parse_address("1.2.3.4"), {}, {}}));
  write_pair(folder, "", " " + fits);
  CHECK_FALSE(libwrap.ask("d", {*parse_address("1.2.3.4"), {}, {}}));
}

/// What `ask` answers in a process of its own.
template <typename Ask>
bool in_child(Ask&& ask) {
  const pid_t child = fork();
  if (child == 0) _exit(ask() ? 1 : 0);
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status) == 1;
}

/// True when libwrap, with no thought of only trying, lets `client` in.
bool is_let_in(Libwrap& libwrap, const std::string& daemon, const Client& client) {
  return in_child([&] { return libwrap.ask_in_earnest(daemon, client); });
}

TEST_CASE("where aclexec says no, libwrap goes on as if the rest of the file were not there") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there(), "libwrap.so.0 (package libwrap0)")) return;
  const Folder folder;
  libwrap.use(folder);
  struct Row {
    const char* allow;
    const char* deny;
    bool granted;
  };
  const Row rows[] = {
      {"d : ALL : aclexec /bin/true\n", "ALL : ALL\n", true},
      {"d : ALL : aclexec /bin/false\n", "ALL : ALL\n", false},
      {"d : ALL : aclexec /bin/false\nd : ALL\n", "ALL : ALL\n", false},
      {"d : ALL : aclexec /bin/false\nd : ALL : deny\n", "", true},
      {"", "d : ALL : aclexec /bin/true\n", false},
      {"", "d : ALL : aclexec /bin/false\nd : ALL\n", true},
  };
  for (const Row& row : rows) {
    write_pair(folder, row.allow, row.deny);
    CAPTURE(row.allow, row.deny);
    CHECK(is_let_in(libwrap, "d", {*parse_address("1.2.3.4"), {}, {}}) == row.granted);
  }
}

TEST_CASE("whether user and group let a client in depends on the rights of the process, and on libwrap") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there(), "libwrap.so.0 (package libwrap0)")) return;
  const Folder folder;
  libwrap.use(folder);
  const Client client{*parse_address("1.2.3.4"), {}, {}};
  struct Row {
    const char* options;
    bool granted_to_root;  // when it only tries
  };
  const Row rows[] = {{"user nobody", false},  // takes the user's group when it is no longer root
                      {"user nobody.mail", true},
                      {"group mail", true},
                      {"user nobody : group mail", false},
                      {"group mail : user nobody : allow", false}};
  for (const auto& [options, granted_to_root] : rows) {
    write_pair(folder, std::string("d : ALL : ") + options + "\n", "");
    CAPTURE(options);
    CHECK(in_child([&] { return libwrap.ask("d", client); }) == (granted_to_root && geteuid() == 0));
    CHECK(is_let_in(libwrap, "d", client));  // Debian's does nothing of the kind when it is in earnest
  }
}

TEST_CASE("text of the client becomes an option or a path in a command of libwrap, and is harmless to the shell") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there(), "libwrap.so.0 (package libwrap0)")) return;
  const Folder folder;
  libwrap.use(folder);
  const auto answer = [&](const std::string& command, const char* user, const char* file) {
    // aclexec is waited for
    write_pair(folder, "d : ALL : aclexec cd '" + folder.path() + "' && " + command + "\n", "");
    is_let_in(libwrap, "d", {*parse_address("1.2.3.4"), std::nullopt, user});
    std::ostringstream text;
    text << std::ifstream(folder / file).rdbuf();
    return text.str();
  };
  CHECK(answer("/bin/echo %u x > out", "joe", "out") == "joe x\n");
  CHECK(answer("/bin/echo %u x > out", "-n", "out") == "x");
  CHECK(answer("mkdir -p a && /bin/echo x > a/%u", "../up", "up") == "x\n");
  CHECK(answer("/bin/echo '%u' > out", "a b'c\"d$(e)`f`;g", "out") == "a_b_c_d__e__f__g\n");
}

}  // namespace
}  // namespace core
