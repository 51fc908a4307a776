// Our tcprulescheck beside the original: every way to ask, and every kind of database.
//
// On a corrupt file the original may crash, hang or read past its end; then nothing is compared, and ours must only end
// in an orderly way. Where the original does end in order, ours says the same, or says that the file cannot be read.
#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "base/finding.hpp"
#include "cdb/write.hpp"
#include "conformance/original.hpp"
#include "conformance/rule_text.hpp"

namespace core::conformance {
namespace {

using namespace std::string_literals;
using Records = std::vector<std::pair<std::string, std::string>>;

bool have_both() { return have_original("tcprulescheck") && have_ours("tcprulescheck"); }

void write_database(const std::string& path, const Records& records) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644));
  cdb::Writer writer(file.get(), path);
  for (const auto& [key, value] : records) REQUIRE(writer.add(key, value));
  REQUIRE_FALSE(writer.finish().has_value());
}

std::pair<Outcome, Outcome> ask_both(const std::vector<std::string>& arguments, const Asked& asked,
                                     int time_limit_ms = 10'000) {
  Command original{{original_path("tcprulescheck")}};
  original.arguments.insert(original.arguments.end(), arguments.begin(), arguments.end());
  original.environment = environment_of(asked);
  original.time_limit_ms = time_limit_ms;
  Command ours = original;
  ours.arguments[0] = our_path("tcprulescheck");
  return run_both(original, ours);
}

std::string title(const Asked& asked, const std::pair<Outcome, Outcome>& outcomes) {
  const auto shown = [](const std::optional<std::string>& text) {
    return text ? core::quoted(*text) : std::string("unset");
  };
  return "ip " + shown(asked.ip) + ", host " + shown(asked.host) + ", info " + shown(asked.info) +
         "\noriginal: " + format_outcome(outcomes.first) + "\nours:     " + format_outcome(outcomes.second);
}

std::vector<Asked> every_client() {
  std::vector<Asked> clients;
  const std::optional<std::string> ips[] = {
      {},      "1.2.3.4", "1.2.3.5",  "10.2.3.4",  "",        "garbage", "::1",     "2001:db8::",
      "1.2.3", "1.2.3.",  "01.2.3.4", "1.2.3.4.5", "0.0.0.0", "..",      "FE80::1", "::ffff:1.2.3.4"};
  const std::optional<std::string> hosts[] = {{},  "host.example.com", "a.host.example.com", "HOST.Example.com", "",
                                              ".", "example.com.",     ".example.com",       "h..com",           "="};
  const std::optional<std::string> infos[] = {{}, "joe", "", "joe@b", "JOE"};
  for (const auto& ip : ips)
    for (const auto& host : hosts)
      for (const auto& info : infos) clients.push_back({ip, host, info});
  return clients;
}

const Records all_kinds_of_keys = {
    {"joe@1.2.3.4", "D\0"s},
    {"joe@=host.example.com", "+A=joe\0"s},
    {"1.2.3.4", "+A=ip\0"s},
    {"=host.example.com", "+A=h\0"s},
    {"1.2.3.", "D\0+A=x\0"s},
    {"1.2.", ""},
    {"1.", "+RELAYCLIENT=\0"s},
    {"=.example.com", "D\0"s},
    {"=.com", "+A=com\0+B=\0"s},
    {"=", "+A=named\0"s},
    {"@1.2.3.4", "+A=empty info\0"s},
    {"::1", "+A=v6\0"s},
    {"=.", "+A=dot\0"s},
    {"garbage", "+A=garbage\0"s},
    {"joe@", "+A=no ip\0"s},
};

}  // namespace

TEST_CASE("tcprulescheck answers every combination of its three variables as the original does") {
  if (!have_both()) return;
  const Folder folder;
  write_database(folder / "some.cdb", all_kinds_of_keys);
  Records with_default = all_kinds_of_keys;
  with_default.emplace_back("", "D\0"s);
  write_database(folder / "all.cdb", with_default);
  for (const Asked& asked : every_client())
    for (const char* name : {"some.cdb", "all.cdb"}) {
      const auto outcomes = ask_both({folder / name}, asked);
      if (outcomes.first == outcomes.second) continue;
      FAIL_CHECK(name << ": " << title(asked, outcomes));
    }
}

TEST_CASE("tcprulescheck follows each of the lookup's steps: every subset of the keys of one client") {
  if (!have_both()) return;
  const Folder folder;
  const Asked asked{"1.2.3.4", "a.b", "joe"};
  const std::string keys[] = {"joe@1.2.3.4", "joe@=a.b", "1.2.3.4", "=a.b", "1.2.3.", "1.2.", "1.", "=.b", "=", ""};
  for (unsigned subset = 0; subset < 1024; ++subset) {
    if (repetitions(1024) < 1024 && subset % 20 != 0) continue;
    Records records;
    for (unsigned i = 0; i < 10; ++i)
      if ((subset >> i & 1) != 0)
        records.emplace_back(keys[i], i % 3 == 0 ? "D\0"s : "+N=" + std::to_string(i) + "\0"s);
    write_database(folder / "rules.cdb", records);
    const auto outcomes = ask_both({folder / "rules.cdb"}, asked);
    INFO("keys " << subset << ": " << title(asked, outcomes));
    REQUIRE(outcomes.first == outcomes.second);
  }
}

TEST_CASE("values of other programs are shown as the original shows them") {
  if (!have_both()) return;
  const Folder folder;
  const std::string values[] = {"",
                                "D",
                                "D\0"s,
                                "D\0D\0"s,
                                "DD\0"s,
                                "Dx\0"s,
                                "\0"s,
                                "\0\0D\0"s,
                                "+A=b",
                                "+A=b\0D"s,
                                "+A=b\0D\0"s,
                                "D\0+A=b\0"s,
                                "+A\0"s,
                                "+\0"s,
                                "+=\0"s,
                                "-A\0"s,
                                "#comment\0+A=b\0"s,
                                "I",
                                "+RELAYCLIENT=\0I"s,
                                "A\0\x15RELAYCLIENT=\0\0\0"s,
                                "allow",
                                "allow\0"s,
                                "+A=b\nc\0"s,
                                "+A=\xff\0"s,
                                "X\0+A=b"s,
                                "+" + std::string(70'000, 'a') + "=b\0"s,
                                std::string(300, '\0'),
                                " D\0"s,
                                "d\0"s};
  for (const std::string& value : values) {
    write_database(folder / "rules.cdb", {{"1.2.3.4", value}});
    const Asked asked{"1.2.3.4", {}, {}};
    const auto outcomes = ask_both({folder / "rules.cdb"}, asked);
    INFO("value " << core::quoted(value) << ": " << title(asked, outcomes));
    CHECK(outcomes.first == outcomes.second);
  }
}

TEST_CASE("tcprulescheck treats arguments and files as the original does") {
  if (!have_both()) return;
  const Folder folder;
  write_database(folder / "good.cdb", all_kinds_of_keys);
  write_database(folder / "empty.cdb", {});
  write_file(folder / "nothing", "");
  write_file(folder / "text", "1.2.3.4:deny\n");
  write_file(folder / "zeros", std::string(4096, '\0'));
  write_file(folder / "long text", std::string(4096, 'x'));
  const std::vector<std::string> cases[] = {{},
                                            {""},
                                            {folder / "good.cdb"},
                                            {folder / "good.cdb", "more"},
                                            {folder / "empty.cdb"},
                                            {folder / "nothing"},
                                            {folder / "text"},
                                            {folder / "zeros"},
                                            {folder / "long text"},
                                            {folder / "missing"},
                                            {folder.path()},
                                            {folder / "text/below"},
                                            {"/dev/null"},
                                            {"-h"},
                                            {std::string(300, 'n')}};
  for (const auto& arguments : cases) {
    const Asked asked{"1.2.3.4", {}, {}};
    const auto outcomes = ask_both(arguments, asked, 2000);
    INFO(Catch::StringMaker<std::vector<std::string>>::convert(arguments) << ": " << title(asked, outcomes));
    if (outcomes.first.signal != 0) {
      CHECK(outcomes.second.signal == 0);
      continue;
    }
    CHECK(outcomes.first == outcomes.second);
  }
}

TEST_CASE("a corrupt database never makes ours crash, and never gets an answer that the original does not give") {
  if (!have_both()) return;
  const Folder folder;
  write_database(folder / "good.cdb", all_kinds_of_keys);
  const std::string good = read_file(folder / "good.cdb").value();
  RuleText random(choose_seed("corrupt databases"));
  for (unsigned left = repetitions(1500); left > 0; --left) {
    std::string bytes = good;
    const auto size = static_cast<unsigned>(bytes.size());
    if (left % 3 == 0) bytes.resize(random.below(size + 1));
    for (unsigned wounds = random.below(4); wounds > 0 && !bytes.empty(); --wounds) {
      const unsigned at = random.below(3) == 0
                              ? random.below(static_cast<unsigned>(bytes.size()))
                              : std::min(2048 + random.below(size - 2048), static_cast<unsigned>(bytes.size()) - 1);
      bytes[at] = static_cast<char>(random.below(256));
    }
    write_file(folder / "bad.cdb", bytes);
    const Asked asked{"1.2.3." + std::to_string(random.below(6)), "host.example.com", "joe"};
    const auto outcomes = ask_both({folder / "bad.cdb"}, asked, 1000);
    INFO("round " << left << ": " << title(asked, outcomes));
    REQUIRE(outcomes.second.signal == 0);
    const bool refused = outcomes.second.exit_code == 111 && outcomes.second.output.empty();
    if (outcomes.first.signal == 0 && !refused) REQUIRE(outcomes.first == outcomes.second);
  }
}

}  // namespace core::conformance
