// How the drop-in tcprules is called, and what goes wrong around it: arguments, files, folders, limits. The few
// deliberate differences from the original stand here, each asserted on both sides.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "conformance/original.hpp"

namespace core::conformance {
namespace {

constexpr char rules[] = "10.:allow,RELAYCLIENT=\"\"\n:deny\n";

bool have_both() { return have_original("tcprules") && have_ours("tcprules"); }

/// Runs both with the same arguments, each in its own folder.
std::pair<Outcome, Outcome> run_pair(const Folder& folder, const std::vector<std::string>& arguments,
                                     const std::string& input = rules) {
  Command original{{original_path("tcprules")}, input, {}, folder / "original"};
  original.arguments.insert(original.arguments.end(), arguments.begin(), arguments.end());
  Command ours = original;
  ours.arguments[0] = our_path("tcprules");
  ours.folder = folder / "ours";
  return run_both(original, ours);
}

void make_folders(const Folder& folder) {
  std::filesystem::create_directory(folder / "original");
  std::filesystem::create_directory(folder / "ours");
}

}  // namespace

TEST_CASE("tcprules treats its arguments as the original does") {
  if (!have_both()) return;
  const Folder folder;
  make_folders(folder);
  for (const char* who : {"original", "ours"}) {
    std::filesystem::create_directory(folder / (std::string(who) + "/there"));
    std::filesystem::create_symlink("nowhere", folder / (std::string(who) + "/loose"));
    std::filesystem::create_symlink("loop", folder / (std::string(who) + "/loop"));
    write_file(folder / (std::string(who) + "/file"), "x");
  }
  const std::vector<std::string> cases[] = {
      {},
      {"rules.cdb"},
      {"rules.cdb", "rules.tmp"},
      {"rules.cdb", "rules.tmp", "more"},
      {"", "rules.tmp"},
      {"rules.cdb", ""},
      {"", ""},
      {"--help"},
      {"-h", "-v"},
      {"rules.cdb", "there"},
      {"there", "rules.tmp"},
      {"missing/rules.cdb", "rules.tmp"},
      {"rules.cdb", "missing/rules.tmp"},
      {"rules.cdb", "file/rules.tmp"},
      {"file/rules.cdb", "rules.tmp"},
      {"same", "same"},
      {"linked.cdb", "loose"},
      {"rules.cdb", "loop"},
      {"rules.cdb", std::string(300, 'n')},
      {std::string(300, 'n'), "rules.tmp"},
      {"rules.cdb", "/proc/rules.tmp"},
      {"/proc/rules.cdb", "rules.tmp"},
  };
  for (const auto& arguments : cases) {
    const auto [theirs, mine] = run_pair(folder, arguments);
    INFO("arguments: " << Catch::StringMaker<std::vector<std::string>>::convert(arguments)
                       << "\noriginal: " << format_outcome(theirs) << "\nours:     " << format_outcome(mine));
    CHECK(theirs == mine);
    CHECK(read_file(folder / "original/rules.cdb") == read_file(folder / "ours/rules.cdb"));
    CHECK(read_file(folder / "original/same") == read_file(folder / "ours/same"));
  }
}

TEST_CASE("tcprules keeps the mode that the original gives a new file, and replaces an old one") {
  if (!have_both()) return;
  const Folder folder;
  make_folders(folder);
  for (const char* who : {"original/", "ours/"}) {
    write_file(folder / (std::string(who) + "rules.cdb"), "old");
    std::filesystem::permissions(folder / (std::string(who) + "rules.cdb"), std::filesystem::perms(0600));
  }
  const auto [theirs, mine] = run_pair(folder, {"rules.cdb", "rules.tmp"});
  CHECK(theirs == mine);
  struct stat original {};
  struct stat ours {};
  REQUIRE(::stat((folder / "original/rules.cdb").c_str(), &original) == 0);
  REQUIRE(::stat((folder / "ours/rules.cdb").c_str(), &ours) == 0);
  CHECK(original.st_mode == ours.st_mode);
}

TEST_CASE("what cannot be read is said as the original says it") {
  if (!have_both()) return;
  const Folder folder;
  Command original{{original_path("tcprules"), "rules.cdb", "rules.tmp"}, {}, folder.path(), folder.path()};
  Command ours = original;
  ours.arguments[0] = our_path("tcprules");
  const Outcome theirs = run(original);
  CHECK(theirs.errors == "tcprules: fatal: unable to read input: is a directory\n");
  CHECK(run(ours) == theirs);
}

TEST_CASE("the source as the temporary file is refused by ours and destroyed by the original") {
  if (!have_both()) return;
  const Folder folder;
  for (const char* who : {"original", "ours"}) {
    write_file(folder / who, rules);
    Command command{{who == std::string("ours") ? our_path("tcprules") : original_path("tcprules"), "rules.cdb", who}};
    command.input_path = folder / who;
    command.folder = folder.path();
    const Outcome outcome = run(command);
    INFO(who << ": " << format_outcome(outcome));
    if (who == std::string("original")) {
      CHECK(outcome.exit_code == 0);
      CHECK_FALSE(read_file(folder / who).has_value());
      std::filesystem::remove(folder / "rules.cdb");
      continue;
    }
    CHECK(outcome.exit_code == 111);
    CHECK(outcome.errors ==
          "tcprules: fatal: unable to create ours: it is the file that the rules are read from; name another temporary "
          "file\n");
    CHECK(read_file(folder / who) == rules);
    CHECK_FALSE(read_file(folder / "rules.cdb").has_value());
  }
}

TEST_CASE("the source under another name is refused just so: a hard link, a symbolic link, another path") {
  if (!have_ours("tcprules")) return;
  const Folder folder;
  write_file(folder / "tcp.smtp", rules);
  std::filesystem::create_hard_link(folder / "tcp.smtp", folder / "hard");
  std::filesystem::create_symlink("tcp.smtp", folder / "soft");
  for (const std::string name : {"hard", "soft", "./tcp.smtp"}) {
    Command command{{our_path("tcprules"), "rules.cdb", name}};
    command.input_path = folder / "tcp.smtp";
    command.folder = folder.path();
    const Outcome outcome = run(command);
    INFO(name << ": " << format_outcome(outcome));
    CHECK(outcome.exit_code == 111);
    CHECK(outcome.errors == "tcprules: fatal: unable to create " + name +
                                ": it is the file that the rules are read from; name another temporary file\n");
    CHECK(read_file(folder / "tcp.smtp") == rules);
  }
}

TEST_CASE("the target as the source is compiled in place by both: the old text is replaced only at the end") {
  if (!have_both()) return;
  const Folder folder;
  for (const char* name : {"tcprules", "ours"}) {
    write_file(folder / name, rules);
    const std::string program = name == std::string("ours") ? our_path("tcprules") : original_path("tcprules");
    Command command{{program, name, "rules.tmp"}};
    command.input_path = folder / name;
    command.folder = folder.path();
    CHECK(run(command) == Outcome{});
  }
  CHECK(read_file(folder / "tcprules") == read_file(folder / "ours"));
}

TEST_CASE("where a file may not grow, the original is killed and ours says so; neither harms the old CDB") {
  if (!have_both()) return;
  Compilers compilers;
  REQUIRE(compilers.compile(rules).equal());
  const auto before = read_file(compilers.our_folder() + "/rules.cdb");
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "10." + std::to_string(i / 256) + "." + std::to_string(i % 256) + ".:deny\n";
  const auto limited = [&](const std::string& program, const std::string& folder) {
    Command command{{"/bin/sh", "-c", "ulimit -f 40; exec \"$0\" rules.cdb rules.tmp", program}, text, {}, folder};
    return run(command);
  };
  CHECK(limited(original_path("tcprules"), compilers.original_folder()).signal == SIGXFSZ);
  const Outcome ours = limited(our_path("tcprules"), compilers.our_folder());
  CHECK(ours.exit_code == 111);
  CHECK(ours.errors == "tcprules: fatal: unable to write to rules.tmp: file too big\n");
  CHECK(read_file(compilers.our_folder() + "/rules.cdb") == before);
  CHECK_FALSE(read_file(compilers.our_folder() + "/rules.tmp").has_value());
}

}  // namespace core::conformance
