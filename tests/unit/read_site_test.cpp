// read_site: which files of a server become which tables and steps, and what is said of those that do not.
#include "site/read_site.hpp"
#include "model/transaction.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "site/file_names.hpp"

namespace core {
namespace {

namespace fs = std::filesystem;

/// A folder of its own, gone with the object.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "read_site.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }

  Folder& with(const std::string& name, const std::string& text) {
    fs::create_directories((fs::path(path_) / name).parent_path());
    std::ofstream(fs::path(path_) / name) << text;
    return *this;
  }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// `text` without the name of the folder.
  [[nodiscard]] std::string short_of(std::string text) const {
    for (std::size_t at = text.find(path_); at != std::string::npos; at = text.find(path_))
      text.erase(at, path_.size());
    return text;
  }

 private:
  std::string path_;
};

/// Tables, stages and what is said, a line each.
std::string shape_of(const Site& site, const Folder& folder) {
  std::string text;
  for (const Policy& policy : site.policies)
    text += "clients " + std::string(policy.format) + " " + std::to_string(policy.rules.size()) + "\n";
  for (const DestinationList& list : site.destinations)
    text += "destinations " + std::to_string(list.entries().size()) + "\n";
  text += "steps";
  for (const Stage& stage : site.stages)
    text += " " + std::string(stage.name) + " " + std::to_string(stage.steps.size());
  text += "\n";
  for (const std::string& path : site.unread) text += "unread " + folder.short_of(path) + "\n";
  for (const std::string& path : site.skipped) text += "skipped " + folder.short_of(path) + "\n";
  if (!site.other_half.empty()) text += "other half " + folder.short_of(site.other_half) + "\n";
  if (!site.in_error.empty()) text += "in error " + folder.short_of(site.in_error) + "\n";
  for (const SystemError& failure : site.failures) text += folder.short_of(failure.message()) + "\n";
  return text;
}

std::string shape_of(const Folder& folder, const std::vector<std::string>& names, Scope scope) {
  std::vector<std::string> paths;
  for (const std::string& name : names) paths.push_back(name == "." ? folder.path() : folder / name);
  ReadOptions options;
  options.scope = scope;
  Sources sources;
  Findings findings;
  return shape_of(read_site(paths, options, sources, findings), folder);
}

constexpr const char* relay = "10.:allow,RELAYCLIENT=\"\"\n:allow\n";

}  // namespace

TEST_CASE("a file alone is one table and one step, and two halves are one table") {
  Folder folder;
  folder.with("tcp.smtp", relay).with("hosts.allow", "ALL : 10.\n").with("hosts.deny", "ALL : ALL\n");
  CHECK(shape_of(folder, {"tcp.smtp"}, Scope::clients) == "clients tcprules 2\nsteps connect 1\n");
  CHECK(shape_of(folder, {"hosts.deny", "hosts.allow"}, Scope::clients) == "clients hosts_access 2\nsteps connect 1\n");
  CHECK(shape_of(folder, {"hosts.allow"}, Scope::clients) ==
        "clients hosts_access 1\nsteps connect 1\nunread /hosts.deny\nother half /hosts.deny\n");
  CHECK(shape_of(folder, {"hosts.deny"}, Scope::clients) ==
        "clients hosts_access 1\nsteps connect 1\nunread /hosts.allow\nother half /hosts.allow\n");
}

TEST_CASE("a folder stands for what a server reads in it") {
  Folder folder;
  folder.with("tcp.smtp", relay).with("rcpthosts", "example.org\n").with("percenthack", "example.org\n");
  folder.with("tcp.smtp.cdb", "").with("morercpthosts", "example.net\n").with(".tcp.smtp.swp", "x\n");
  CHECK(shape_of(folder, {"."}, Scope::server) == "clients tcprules 2\ndestinations 2\nsteps connect 1 recipient 3\n");
  CHECK(shape_of(folder, {"."}, Scope::clients) == "clients tcprules 2\nsteps connect 1\n");
  folder.with("tcp.imap", relay);
  CHECK(shape_of(folder, {"."}, Scope::server) ==
        "clients tcprules 2\ndestinations 2\nsteps connect 1 recipient 3\nunread /tcp.imap\n");
  folder.with("hosts.allow", "ALL : 10.\n");
  CHECK(shape_of(folder, {"."}, Scope::server) ==
        "destinations 2\nsteps recipient 3\ncannot use '': rules for two programs lie in it, 'hosts.allow' for libwrap "
        "and 'tcp.imap', 'tcp.smtp' for tcpserver; say which is asked with --from hosts_access or --from tcprules, or "
        "name the files\n");
}

TEST_CASE("of two folders with rules none is chosen") {
  Folder folder;
  folder.with("a/tcp.smtp", relay).with("b/tcp.smtp", relay).with("c/x", "");
  CHECK(shape_of(folder, {"a", "b"}, Scope::clients) ==
        "steps\ncannot use '/b': rules about clients lie in '/a', too; name the files\n");
  CHECK(shape_of(folder, {"a/tcp.smtp", "b"}, Scope::server) ==
        "clients tcprules 2\nsteps connect 1 recipient 2\nunread /b/tcp.smtp\n");
  CHECK(shape_of(folder, {"c"}, Scope::clients) == "steps\ncannot use '/c': no rules about clients are in it\n");
  CHECK(shape_of(folder, {"none"}, Scope::clients) == "steps\ncannot open '/none': No such file or directory\n");
}

TEST_CASE("rules in error and lists in error are named") {
  Folder folder;
  folder.with("tcp.smtp", "10. allow\n").with("rcpthosts", "example.org\r\n").with("good.smtp", ":allow\n");
  CHECK(shape_of(folder, {"tcp.smtp"}, Scope::clients) == "clients tcprules 0\nsteps connect 1\nin error /tcp.smtp\n");
  CHECK(shape_of(folder, {"good.smtp", "rcpthosts"}, Scope::server) ==
        "clients tcprules 1\ndestinations 1\nsteps connect 1 recipient 3\nin error /rcpthosts\n");
}

TEST_CASE("each file is a table of its own, but for two halves, whatever stands between them") {
  Folder folder;
  folder.with("hosts.allow", "ALL : 10.\n").with("hosts.allow.old", "ALL : 11.\n").with("hosts.deny", "ALL : ALL\n");
  folder.with("sub/rcpthosts", "example.org\n").with("notes", "text\n");
  CHECK(shape_of(folder, {"."}, Scope::each_file) ==
        "clients hosts_access 2\nclients hosts_access 1\ndestinations 1\nsteps\nskipped /notes\n");
  CHECK(shape_of(folder, {"hosts.deny", "hosts.allow.old", "hosts.allow"}, Scope::each_file) ==
        "clients hosts_access 2\nclients hosts_access 1\nsteps\n");
}

TEST_CASE("a file that nobody may read keeps the others from nothing") {
  Folder folder;
  folder.with("tcp.smtp", relay);
  ReadOptions options;
  options.scope = Scope::each_file;
  options.before_file = [&](const std::string& path) -> Status {
    if (path == folder / "tcp.smtp") return std::nullopt;
    return SystemError{"take", path, 0, "it is not wanted"};
  };
  Sources sources;
  Findings findings;
  const Site site = read_site({folder / "other", folder / "tcp.smtp"}, options, sources, findings);
  CHECK(shape_of(site, folder) == "clients tcprules 2\nsteps\ncannot take '/other': it is not wanted\n");
}

TEST_CASE("the stages say what becomes of a transaction") {
  Folder folder;
  folder.with("tcp.smtp", "9.:deny\n10.:allow,RELAYCLIENT=\"\"\n:allow\n").with("rcpthosts", "example.org\n");
  folder.with("grants/11.1.1.1", "");
  ReadOptions options;
  options.scope = Scope::server;
  options.login = true;
  options.grants = folder / "grants";
  Sources sources;
  Findings findings;
  const Site site = read_site({folder / "tcp.smtp", folder / "rcpthosts"}, options, sources, findings);
  const auto decide = [](const Site& asked, const char* address, bool logged_in, const std::string& domain) {
    Transaction transaction{.client = {*parse_address(address), {}, {}}, .logged_in = logged_in};
    transaction.recipient = "<user@" + domain + ">";
    return std::string(access_name(evaluate(asked, transaction).access));
  };
  const auto becomes = [&](const char* address, bool logged_in, const char* domain) {
    return decide(site, address, logged_in, domain);
  };
  CHECK(becomes("9.1.1.1", true, "example.org") == "deny");
  CHECK(becomes("10.1.1.1", false, "example.net") == "allow");
  CHECK(becomes("11.1.1.1", false, "example.net") == "allow");
  CHECK(becomes("12.1.1.1", false, "example.net") == "deny");
  CHECK(becomes("12.1.1.1", true, "example.net") == "allow");
  CHECK(becomes("12.1.1.1", false, "example.org") == "allow");
  const Site alone = read_site({folder / "tcp.smtp"}, options, sources, findings);
  CHECK(decide(alone, "12.1.1.1", false, "example.org") == "pass");
}

TEST_CASE("slips of the pen are told from names of their own") {
  const std::vector<std::pair<const char*, const char*>> names = {
      {"rcphosts", "rcpthosts"},
      {"rcpthost", "rcpthosts"},
      {"rctphosts", "rcpthosts"},
      {"Rcpthosts", "rcpthosts"},
      {"rcpthosts.txt", "rcpthosts"},
      {"rcpthosts.bak", "rcpthosts"},
      {"rcpthosts~", "rcpthosts"},
      {"rcpthosts ", "rcpthosts"},
      {"morercpthost", "morercpthosts"},
      {"tcp.smpt", "tcp.smtp"},
      {"hosts.alow", "hosts.allow"},
      {"hosts.dney", "hosts.deny"},
      {"rcpthosts", ""},
      {"morercpthosts", ""},
      {"hosts.deny", ""},
      {"hosts.allow.1", ""},
      {"tcp.smtps", ""},
      {"tcp.pop3", ""},
      {"hosts.equiv", ""},
      {"hosts", ""},
      {"rcpthosts.cdb", ""},
      {"badrcptto", ""},
      {"locals", ""},
      {"tcp.imap", ""},
  };
  for (const auto& [name, meant] : names) {
    INFO(name);
    CHECK(meant_name(name) == meant);
  }
}

}  // namespace core
