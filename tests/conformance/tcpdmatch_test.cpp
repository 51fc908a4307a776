// evaluate against the real libwrap: on generated pairs of hosts.allow and hosts.deny, and on the corpus.
//
// Two judges. tcpdmatch is asked as a user would ask it, in a folder with the two files; it can only be asked about
// addresses, since it looks names up. libwrap itself, which is all of tcpdmatch's knowledge, is loaded and called
// directly: it takes names as given, its setenv option really sets the variables, and it is fast enough for many
// clients. Without them the tests say loudly that they did nothing; with CI=true in the environment they fail.
#include <dlfcn.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "model/evaluate.hpp"
#include "model/format.hpp"

namespace relayrules {
namespace {

namespace fs = std::filesystem;

bool is_ci() {
  const char* ci = getenv("CI");
  return ci != nullptr && std::string_view(ci) == "true";
}

/// True, after saying so, when a test cannot be run here; in CI that is a failure.
bool is_skipped(bool missing, const std::string& what) {
  if (!missing) return false;
  if (is_ci()) FAIL(what << " is missing");
  WARN("SKIPPED: " << what << " is missing; nothing was compared");
  return true;
}

/// A folder of its own with hosts.allow and hosts.deny, removed at the end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "relayrules-tcpdmatch-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& allow, const std::string& deny) const {
    std::ofstream(path_ / "hosts.allow", std::ios::binary) << allow;
    std::ofstream(path_ / "hosts.deny", std::ios::binary) << deny;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// libwrap, loaded. Its constants are those of tcpd.h.
class Libwrap {
 public:
  Libwrap() : library_(dlopen("libwrap.so.0", RTLD_NOW)) {
    if (!is_there()) return;
    *static_cast<int*>(symbol("dry_run")) = 1;
    request_init_ = reinterpret_cast<void* (*)(void*, ...)>(symbol("request_init"));
    hosts_access_ = reinterpret_cast<int (*)(void*)>(symbol("hosts_access"));
  }
  [[nodiscard]] bool is_there() const { return library_ != nullptr; }

  void use(const Folder& folder) {
    allow_ = (folder.path() / "hosts.allow").string();
    deny_ = (folder.path() / "hosts.deny").string();
    *static_cast<char**>(symbol("hosts_allow_table")) = allow_.data();
    *static_cast<char**>(symbol("hosts_deny_table")) = deny_.data();
  }
  /// True when access is granted. setenv options have then changed this process' environment.
  [[nodiscard]] bool ask(const std::string& daemon, const Client& client) {
    static constexpr int rq_daemon = 2, rq_client_name = 4, rq_client_addr = 5;
    alignas(16) static std::array<char, 65536> request;  // struct request_info is smaller, and nobody's business
    const std::string address = format_address(client.address);
    const std::string host = client.host.value_or("unknown");
    request_init_(request.data(), rq_daemon, daemon.c_str(), rq_client_addr, address.c_str(), rq_client_name,
                  host.c_str(), 0);
    return hosts_access_(request.data()) != 0;
  }

 private:
  void* symbol(const char* name) const {
    void* found = dlsym(library_, name);
    REQUIRE(found != nullptr);
    return found;
  }

  void* library_;
  void* (*request_init_)(void*, ...) = nullptr;
  int (*hosts_access_)(void*) = nullptr;
  std::string allow_;
  std::string deny_;
};

/// hosts.allow and hosts.deny as one policy.
struct Pair {
  Sources sources;
  Policy policy;
  Findings findings;

  Pair(const std::string& allow, const std::string& deny) : policy(new_policy(*find_format("hosts_access"))) {
    const Format& format = *find_format("hosts_access");
    format.parse(*sources.add("hosts.allow", allow), {}, policy, findings);
    format.parse(*sources.add("hosts.deny", deny), {}, policy, findings);
  }
};

constexpr std::array<const char*, 3> variables = {"RELAYCLIENT", "RR_TEST_A", "RR_TEST_B"};

std::string environment() {
  std::string text;
  for (const char* name : variables)
    if (const char* value = getenv(name)) text += fmt::format("{}={};", name, value);
  return text;
}

/// The environment that the edits of a decision make of an empty one.
std::string environment_of(const EnvEdits& edits) {
  for (const char* name : variables) unsetenv(name);
  for (const EnvEdit& edit : edits) setenv(std::string(edit.name()).c_str(), std::string(edit.value()).c_str(), 1);
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
          fmt::format("{} {}", permits(policy, decision), environment_of(edits_of(policy, decision)));
      for (const char* name : variables) unsetenv(name);
      const bool granted = libwrap.ask(daemon, client);
      const std::string theirs = fmt::format("{} {}", granted, environment());
      if (ours != theirs)
        differences += fmt::format("{} {} {}: evaluate '{}', libwrap '{}'\n", daemon, format_address(client.address),
                                   client.host.value_or("-"), ours, theirs);
    }
  }
  for (const char* name : variables) unsetenv(name);
  return differences;
}

// ---- generated files ---------------------------------------------------------------------------------------

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  bool one_in(unsigned limit) { return below(limit) == 0; }

  std::string file() {
    std::string text;
    for (unsigned lines = below(6); lines > 0; --lines) text += line();
    return text;
  }
  Client client() {
    static constexpr std::array<const char*, 8> hosts = {
        "a.example.com",   "A.Example.COM", "example.com",    "b.example.net", "a",
        "x.b.example.net", "1.example",     "unknown.example"};
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | octet();
    Client client{Address::from_ipv4(value), std::nullopt, std::nullopt};
    if (!one_in(3)) client.host = lower(hosts[below(hosts.size())]);
    if (one_in(12)) client.address = *parse_address("2001:db8::1");
    return client;
  }

 private:
  static std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(tolower(c)); });
    return text;
  }
  unsigned octet() {
    static constexpr std::array<unsigned, 6> octets = {1, 2, 10, 127, 128, 192};
    return octets[below(octets.size())];
  }
  std::string blank() {
    static constexpr std::array<const char*, 6> blanks = {" ", "\t", "  ", " \\\n", "", ""};
    return blanks[below(blanks.size())];
  }
  std::string separator() {
    static constexpr std::array<const char*, 6> separators = {" ", ",", ", ", "\t", " ,, ", " \\\n "};
    return separators[below(separators.size())];
  }
  std::string daemon() {
    static constexpr std::array<const char*, 6> daemons = {"d", "tcp-env", "Tcp-Env", "ALL", "all", "sshd"};
    return daemons[below(daemons.size())];
  }
  std::string net() {
    static constexpr std::array<const char*, 14> nets = {"10.0.0.0/8",
                                                         "128.0.0.0/1",
                                                         "0.0.0.0/0.0.0.0",
                                                         "10.128.0.0/255.128.0.0",
                                                         "192.128.0.0/9",
                                                         "127.0.0.0/255.0.0.0",
                                                         "10.10.10.10/32",
                                                         "0.0.0.0/1",
                                                         "10.1.2.3/8",
                                                         "0.0.0.0/0",
                                                         "1.2.10.127/255.255.255.255",
                                                         "10.0.0.0/08",
                                                         "10.0.0.0/255.0.0.255",
                                                         "2.2.2.0/24"};
    return nets[below(one_in(6) ? 14 : 8)];
  }
  std::string pattern() {
    static constexpr std::array<const char*, 9> names = {
        "a.example.com", ".example.com", ".Example.NET", "A", ".b.example.net", ".com", "1.example", "unknown", "b."};
    if (one_in(8)) return one_in(2) ? "ALL" : "all";
    if (one_in(3)) return names[below(one_in(8) ? 9 : 7)];
    if (one_in(3)) return net();
    std::string text;
    const unsigned count = 1 + below(4);
    for (unsigned i = 0; i < count; ++i) text += std::to_string(octet()) + (i < 3 ? "." : "");
    return text;
  }
  std::string option() {
    static constexpr std::array<const char*, 12> options = {"allow",
                                                            "deny",
                                                            "Deny",
                                                            "setenv RELAYCLIENT",
                                                            "setenv = RELAYCLIENT",
                                                            "setenv=RELAYCLIENT @x",
                                                            "SETENV\tRR_TEST_A  x  y ",
                                                            "setenv RR_TEST_B a\\:b",
                                                            "setenv RR_TEST_B = c",
                                                            "setenv RR_TEST_A=x",
                                                            "alow",
                                                            ""};
    return options[below(one_in(10) ? 12 : 9)];
  }
  std::string line() {
    if (one_in(8)) return one_in(2) ? "# note\n" : " \t\n";
    if (one_in(30)) return "# note \\\nALL : ALL\n";
    if (one_in(30)) return "no colon\n";
    std::string text = blank() + daemon();
    while (one_in(3)) text += separator() + daemon();
    text += blank() + ":" + blank() + pattern();
    while (!one_in(2)) text += separator() + pattern();
    text += blank();
    while (one_in(3)) text += ":" + blank() + option() + blank();
    return text + (one_in(10) ? "\r\n" : "\n");
  }

  std::mt19937 random_;
};

TEST_CASE("evaluate decides and sets variables as libwrap does, on generated files that are read without an error") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there(), "libwrap.so.0 (package libwrap0)")) return;
  const Folder folder;
  libwrap.use(folder);
  unsigned compared = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Generator generator(seed);
    const std::string allow = generator.file();
    const std::string deny = generator.file();
    const Pair pair(allow, deny);
    CHECK(pair.policy.complete == !pair.findings.has_errors());
    if (!pair.policy.complete) continue;
    folder.write(allow, deny);
    std::vector<Client> clients;
    for (int i = 0; i < 50; ++i) clients.push_back(generator.client());
    const std::string differences = compare(libwrap, pair.policy, {"d", "tcp-env", "other"}, clients);
    CAPTURE(seed, allow, deny);
    REQUIRE(differences == "");
    ++compared;
  }
  INFO(compared << " pairs compared");
  CHECK(compared > 1000);
}

// ---- tcpdmatch ---------------------------------------------------------------------------------------------

/// tcpdmatch's verdict for each address, one letter each: g granted, d denied, ? anything else.
std::string ask_tcpdmatch(const Folder& folder, const std::string& daemon, const std::vector<Client>& clients) {
  std::string command = fmt::format("cd '{}' && for a in", folder.path().string());
  for (const Client& client : clients) command += " " + format_address(client.address);
  command += fmt::format("; do tcpdmatch -d {} $a 2>&1; echo end; done", daemon);
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string verdicts;
  char verdict = '?';
  for (std::array<char, 4096> line{}; fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr;) {
    const std::string_view text(line.data());
    if (text.starts_with("access:")) verdict = text.find("granted") != std::string_view::npos ? 'g' : 'd';
    if (text != "end\n") continue;
    verdicts += verdict;
    verdict = '?';
  }
  pclose(pipe);
  return verdicts;
}

std::string evaluate_all(const Policy& policy, const std::string& daemon, const std::vector<Client>& clients) {
  std::string verdicts;
  for (const Client& client : clients) verdicts += permits(policy, evaluate(policy, client, daemon)) ? 'g' : 'd';
  return verdicts;
}

bool has_tcpdmatch() { return system("command -v tcpdmatch >/dev/null 2>&1") == 0; }

TEST_CASE("evaluate decides addresses as tcpdmatch does, on generated files that are read without an error") {
  if (is_skipped(!has_tcpdmatch(), "tcpdmatch (package tcpd)")) return;
  const Folder folder;
  unsigned compared = 0;
  for (unsigned seed = 10'000; compared < 300; ++seed) {
    Generator generator(seed);
    const std::string allow = generator.file();
    const std::string deny = generator.file();
    const Pair pair(allow, deny);
    if (!pair.policy.complete) continue;
    folder.write(allow, deny);
    std::vector<Client> clients;
    for (int i = 0; i < 8; ++i) clients.push_back({generator.client().address, std::nullopt, std::nullopt});
    CAPTURE(seed, allow, deny);
    REQUIRE(evaluate_all(pair.policy, "tcp-env", clients) == ask_tcpdmatch(folder, "tcp-env", clients));
    ++compared;
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
  for (const Rule& rule : policy.rules) {
    for (const Range& range : ranges_of(rule.peer)) {
      add(range.first, "host.example.org");
      add(range.last, std::nullopt);
      if (const auto outside = successor(range.last)) add(*outside, std::nullopt);
    }
    if (const auto* host = std::get_if<HostName>(&rule.peer)) add(Address::from_ipv4(0x08080808), host->name);
    if (const auto* host = std::get_if<HostSuffix>(&rule.peer)) add(Address::from_ipv4(0x08080808), "x" + host->suffix);
  }
  // libwrap takes the address 255.255.255.255 for an error; no client has it
  std::erase_if(clients, [](const Client& client) { return client.address == Address::from_ipv4(0xffffffffU); });
  return clients;
}

std::vector<std::string> daemons_of(const Policy& policy) {
  std::vector<std::string> daemons = {"some-other-daemon"};
  for (const auto& services : policy.service_lists) daemons.insert(daemons.end(), services.begin(), services.end());
  std::sort(daemons.begin(), daemons.end());
  daemons.erase(std::unique(daemons.begin(), daemons.end()), daemons.end());
  return daemons;
}

std::vector<fs::path> corpus_files(const fs::path& corpus) {
  std::vector<fs::path> files;
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
  const char* folder_name = getenv("RELAYRULES_CORPUS");
  const fs::path corpus =
      folder_name != nullptr ? fs::path(folder_name) : fs::path(RELAYRULES_SOURCE_DIR) / "../shared/corpus";
  if (!fs::is_directory(corpus)) {
    WARN("SKIPPED: there is no corpus at " << corpus.string() << "; nothing was compared");
    return;
  }
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there() || !has_tcpdmatch(), "libwrap or tcpdmatch (packages libwrap0, tcpd)")) return;
  const Folder folder;
  libwrap.use(folder);
  std::string skipped;
  unsigned compared = 0;
  for (const fs::path& path : corpus_files(corpus)) {
    const std::string text = read_file(path);
    const bool is_deny = path.filename().string().find("hosts.deny") != std::string::npos;
    const std::string allow = is_deny ? "" : text;
    // so that a match in hosts.allow shows
    const std::string deny = is_deny ? text : "ALL : ALL\n";
    const Pair pair(allow, deny);
    if (!pair.policy.complete) {
      skipped += fmt::format("  {}: {}\n", path.filename().string(), pair.findings.all().front().message);
      continue;
    }
    folder.write(allow, deny);
    const std::vector<Client> clients = clients_for(pair.policy);
    const std::vector<std::string> daemons = daemons_of(pair.policy);
    CAPTURE(path.string());
    CHECK(compare(libwrap, pair.policy, daemons, clients) == "");
    std::vector<Client> by_address(clients.begin(),
                                   clients.begin() + std::min<std::ptrdiff_t>(12, std::ssize(clients)));
    for (Client& client : by_address) client.host.reset();
    CHECK(evaluate_all(pair.policy, daemons.front(), by_address) == ask_tcpdmatch(folder, daemons.front(), by_address));
    ++compared;
  }
  WARN(compared << " files compared; not in the subset:\n" << skipped);
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
    folder.write(row.allow, row.deny);
    CAPTURE(row.allow, row.deny, row.address);
    const Client client{*parse_address(row.address),
                        row.host == nullptr ? std::nullopt : std::optional<std::string>(row.host), std::nullopt};
    CHECK(libwrap.ask("d", client) == row.granted);
  }
  const std::string fits = "x : 9." + std::string(2040, ' ') + "\n";
  folder.write(fits, "");
  CHECK(libwrap.ask("d", {*parse_address("1.2.3.4"), {}, {}}));
  folder.write("", fits);
  CHECK(libwrap.ask("d", {*parse_address("1.2.3.4"), {}, {}}));
  folder.write("", " " + fits);
  CHECK_FALSE(libwrap.ask("d", {*parse_address("1.2.3.4"), {}, {}}));
}

}  // namespace
}  // namespace relayrules
