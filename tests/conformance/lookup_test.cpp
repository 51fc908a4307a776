// `relayrules lookup` against libwrap: what the program adds to evaluate(), which tcpdmatch_test.cpp holds against it.
// Names keep their case in expansions and are cut where libwrap cuts them, no net matches 255.255.255.255, accounts are
// those of this host, and a mistake in a file keeps nobody from an answer where libwrap's is known.
//
// Also against decisions of libwrap that were written down: a few of our own (tests/corpus/judged), and many elsewhere,
// where they are.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "corpora.hpp"
#include "hosts_text.hpp"
#include "libwrap.hpp"
#include "unit/small_world.hpp"

namespace core {
namespace {

using Json = nlohmann::json;

/// One line of an answer: "allow A=1;", "deny" or "unknown"; empty: all were refused.
std::string answer_of(const std::string& line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object() || json.contains("error")) return "unknown";
  if (json["verdict"] != "allow") return "deny";
  std::string text = "allow ";
  for (const char* name : variables)
    if (json["env"].contains(name)) text += fmt::format("{}={};", name, json["env"][name].get<std::string>());
  return text;
}

/// What the program answers for `clients`, a line each; none when it refuses the files.
std::vector<std::string> look_up(const Folder& folder, const std::string& daemon,
                                 const std::vector<std::string>& clients) {
  std::string text;
  for (const std::string& client : clients) text += client + "\n";
  put(folder / "clients", text);
  const std::string path = folder.path();
  const std::string command = fmt::format(
      "'{}/tools/relayrules' lookup '{}/hosts.allow' '{}/hosts.deny' --from hosts_access --daemon "
      "{} - < '{}/clients' > '{}/answers' 2> '{}/said'",
      RELAYRULES_BINARY_DIR, path, path, daemon, path, path, path);
  const int status = std::system(command.c_str());
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) <= 3);
  std::vector<std::string> answers;
  std::ifstream file(folder / "answers");
  for (std::string line; std::getline(file, line);) answers.push_back(line);
  REQUIRE((answers.empty() || answers.size() == clients.size()));
  return answers;
}

std::string line_of(const Client& client) {
  return format_address(client.address) + "\t" + client.host.value_or("") + "\t" + client.info.value_or("");
}

/// A client of the generator, and now and then one that is special to libwrap.
Client odd_client(HostsText& generator) {
  Client client = generator.client();
  if (generator.one_in(4)) client.address = Address::from_ipv4(0xffffffffU - generator.below(2));
  if (client.host && generator.one_in(2))
    std::transform(client.host->begin(), client.host->end(), client.host->begin(), ::toupper);
  if (client.host && generator.one_in(8)) client.host = std::string(120 + generator.below(12), 'a') + ".example.com";
  if (client.info && generator.one_in(8)) client.info = std::string(120 + generator.below(12), 'j') + "e";
  return client;
}

/// Lines about what is special, which the generator has not.
std::string odd_line(HostsText& generator) {
  static constexpr std::array<const char*, 14> lines = {
      "d : 255. : deny\n",
      "d : 255.0.0.0/8 : setenv RR_TEST_A %h\n",
      "d : .255.255\n",
      "d : 255.0.0.255/255.0.0.255 : deny\n",
      "d : ALL EXCEPT 0.0.0.0/0.0.0.0 : setenv RR_TEST_B %n\n",
      "d : 255.255.255.254/31 : deny\n",
      "d : ALL EXCEPT 255.255.0.0/16 255.255.255. : setenv RR_TEST_A %c\n",
      "d : 10. : user relayrules-nobody\n",
      "d : 10. : group = relayrules-nobody : allow\n",
      "d : 192. : user root.relayrules-nobody\n",
      "ALL : .example.com : setenv RR_TEST_A %h : setenv RR_TEST_B %n-%c\n",
      "ALL : *.EXAMPLE.com *e@ALL : setenv RR_TEST_B %u\n",
      "d : 127. : alow\n",
      "no colon\n"};
  return lines[generator.below(lines.size())];
}

TEST_CASE("lookup answers as libwrap does for generated files, and refuses few of them") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there(), "libwrap.so.0 (package libwrap0)")) return;
  const Folder folder;
  libwrap.use(folder);
  unsigned answered = 0;
  unsigned refused = 0;
  for (unsigned seed = 50'000; seed < 50'000 + small_world::rounds(1000); ++seed) {
    HostsText generator(seed, folder / "list");
    const std::string list = generator.patterns() + (generator.one_in(2) ? " 255.255.0.0/16 .example.com" : "");
    put(folder / "list", list);
    const std::string allow = odd_line(generator) + generator.file();
    const std::string deny = generator.one_in(2) ? generator.file() + odd_line(generator) : "";
    write_pair(folder, allow, deny);
    std::vector<Client> clients;
    std::vector<std::string> lines;
    for (int i = 0; i < 40; ++i) {
      clients.push_back(odd_client(generator));
      lines.push_back(line_of(clients.back()));
    }
    const std::vector<std::string> answers = look_up(folder, "d", lines);
    ++(answers.empty() ? refused : answered);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::string ours = answer_of(answers[i]);
      if (ours == "unknown") continue;
      for (const char* name : variables) unsetenv(name);
      const bool granted = libwrap.ask("d", clients[i]);
      CAPTURE(seed, allow, deny, list, lines[i]);
      REQUIRE(ours == (granted ? "allow " + environment() : "deny"));
    }
  }
  for (const char* name : variables) unsetenv(name);
  CHECK(answered > 2 * refused);
}

TEST_CASE("lookup says of libwrap's special clients and words what libwrap does") {
  Libwrap libwrap;
  if (is_skipped(!libwrap.is_there(), "libwrap.so.0 (package libwrap0)")) return;
  const Folder folder;
  libwrap.use(folder);
  struct Row {
    const char* allow;
    const char* deny;
    Client client;
    const char* answer;
  };
  const Address highest = Address::from_ipv4(0xffffffffU);
  const Address other = *parse_address("10.1.2.3");
  const Row rows[] = {
      {"", "", {other, {}, {}}, "allow "},
      {"sshd : 10.\n", "sshd : ALL\n", {other, {}, {}}, "allow "},
      {"d : ALL : user relayrules-nobody\n", "", {other, {}, {}}, "deny"},
      {"d : ALL : group relayrules-nobody : allow\n", "", {other, {}, {}}, "deny"},
      {"d : 0.0.0.0/0.0.0.0\n", "ALL : ALL\n", {highest, {}, {}}, "deny"},
      {"d : 0.0.0.0/0.0.0.0\n", "ALL : ALL\n", {other, {}, {}}, "allow "},
      {"d : 255.0.0.0/8\n", "ALL : ALL\n", {highest, {}, {}}, "deny"},
      {"d : 255.\n", "ALL : ALL\n", {highest, {}, {}}, "allow "},
      {"d : ALL EXCEPT 128.0.0.0/1\n", "ALL : ALL\n", {highest, {}, {}}, "allow "},
      {"d : joe@255.255.0.0/16\n", "ALL : ALL\n", {highest, {}, "joe"}, "deny"},
      {"d : ALL : setenv RR_TEST_A %h : setenv RR_TEST_B %n\n",
       "",
       {other, "A.Example.NET", {}},
       "allow RR_TEST_A=A.Example.NET;RR_TEST_B=A.Example.NET;"},
      {"d : ALL : setenv RR_TEST_A %h : setenv RR_TEST_B %c\n",
       "",
       {other, {}, "Joe"},
       "allow RR_TEST_A=10.1.2.3;RR_TEST_B=Joe@10.1.2.3;"},
      {"d : .example.net : setenv RR_TEST_A %h\n",
       "ALL : ALL\n",
       {other, "A.Example.NET", {}},
       "allow RR_TEST_A=A.Example.NET;"},
      {"no colon\nd : 10. : alow\n", "ALL : ALL\n", {other, {}, {}}, "deny"},
      {"no colon\nd : 10.\n", "ALL : ALL", {other, {}, {}}, "allow "},
  };
  for (const Row& row : rows) {
    write_pair(folder, row.allow, row.deny);
    CAPTURE(row.allow, row.deny, line_of(row.client));
    for (const char* name : variables) unsetenv(name);
    const bool granted = libwrap.ask("d", row.client);
    CHECK((granted ? "allow " + environment() : "deny") == row.answer);
    const auto answers = look_up(folder, "d", {line_of(row.client)});
    REQUIRE(answers.size() == 1);
    CHECK(answer_of(answers.front()) == row.answer);
  }
  for (const char* name : variables) unsetenv(name);
}

TEST_CASE("lookup refuses, with the reason, what cannot be known here") {
  const Folder folder;
  struct Row {
    const char* allow;
    const char* reason;
  };
  const Row rows[] = {
      {"d : @group\n", "'@group' is not supported: a netgroup cannot be looked up here"},
      {"d@10.1.1.1 : ALL\n", "whether this rule counts depends on the address that the client has connected to"},
      {"d : /nonexistent/list\n", "the patterns of '/nonexistent/list' are not known: No such file or directory"},
      {"d : [fe80::1%eth0]\n", "'[fe80::1%eth0]' names an interface"},
  };
  for (const Row& row : rows) {
    write_pair(folder, row.allow, "ALL : ALL\n");
    CAPTURE(row.allow);
    CHECK(look_up(folder, "d", {"10.1.2.3"}).empty());
    std::ostringstream said;
    said << std::ifstream(folder / "said").rdbuf();
    CHECK(said.str().find(row.reason) != std::string::npos);
    CHECK(said.str().find("rules in error decide nothing") != std::string::npos);
  }
  write_pair(folder, "d : ALL : aclexec /bin/false\n", "ALL : ALL\n");
  const auto answers = look_up(folder, "d", {"10.1.2.3"});
  REQUIRE(answers.size() == 1);
  CHECK(answers.front() == R"({"line":1,"error":"the command '/bin/false' decides, and it is not run here"})");
}

// ---- decisions that were written down ----------------------------------------------------------------------

/// The bytes of a text that holds each byte as a character.
std::string bytes_of(const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    bytes +=
        byte < 0x80 ? utf8[i] : static_cast<char>((byte & 3) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
  }
  return bytes;
}

std::string field(const Json& client, const char* name) {
  return client.contains(name) ? bytes_of(client[name].get<std::string>()) : std::string();
}

void put_files(const Folder& folder, const Json& files) {
  for (const auto& [name, text] : files.items()) {
    std::string bytes = bytes_of(text.get<std::string>());
    for (std::size_t at = bytes.find("@DIR@"); at != std::string::npos; at = bytes.find("@DIR@"))
      bytes.replace(at, 5, folder.path());
    put(folder / name, bytes);
  }
}

/// What is answered otherwise than it was judged; `refused` counts the clients without an answer.
std::string differences(const Json& judged, unsigned& refused) {
  const Folder folder;
  write_pair(folder, "", "");
  put_files(folder, judged["files"]);
  std::map<std::string, std::vector<Json>> by_daemon;
  for (const Json& client : judged["clients"]) by_daemon[client["daemon"].get<std::string>()].push_back(client);
  std::string found;
  for (const auto& [daemon, clients] : by_daemon) {
    std::vector<std::string> lines;
    for (const Json& client : clients)
      lines.push_back(field(client, "ip") + "\t" + field(client, "host") + "\t" + field(client, "info"));
    const auto answers = look_up(folder, daemon, lines);
    if (answers.empty()) refused += static_cast<unsigned>(clients.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const Json answer = Json::parse(answers[i]);
      const bool allowed = clients[i]["verdict"] == "allow";
      const Json env = allowed && clients[i].contains("env") ? clients[i]["env"] : Json::object();
      if (answer.contains("error"))
        ++refused;
      else if ((answer["verdict"] == "allow") != allowed || (allowed && answer["env"] != env) ||
               (allowed && answer["relay"].get<bool>() != clients[i].value("relay", false)))
        found += fmt::format("{} {}: {}\n", daemon, lines[i], answers[i]);
    }
  }
  return found;
}

TEST_CASE("lookup answers as libwrap did where that was written down") {
  unsigned texts = 0;
  for (const auto& folder : testing::judged_decisions()) {
    std::ifstream file(folder / "hosts_access.jsonl");
    for (std::string line; std::getline(file, line); ++texts) {
      const Json judged = Json::parse(line);
      unsigned refused = 0;
      CAPTURE(judged["id"], judged["files"].dump());
      CHECK(differences(judged, refused) == "");
      if (judged["how"] == "generated-clean") CHECK(refused == 0);
    }
  }
  CHECK(texts >= 4);
}

}  // namespace
}  // namespace core
