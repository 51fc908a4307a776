// Replacing a file that a server reads: whatever goes wrong, the old one stands whole and nothing lies beside it.
//
// What ends a process is tried in a child. The build routes openat() through this file, so that file systems without
// unnamed files can be had on any machine.
#include "base/file.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdarg>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "unit/folder.hpp"

namespace {
bool unnamed_files_work = true;
}

// The linker puts these in the place of openat (--wrap).
extern "C" int __real_openat(int folder, const char* path, int flags, ...);
extern "C" int __wrap_openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  if (!unnamed_files_work && (flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return __real_openat(folder, path, flags, mode);
}

namespace core {
namespace {

std::string opened(const std::string& path, const std::string& folder = {}) {
  const auto file = open_to_read(path, folder);
  if (!file.ok()) return file.error().why();
  std::string text(100, '\0');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(file.value().get(), text.data(), text.size()))));
  return "read: " + text;
}

/// A child that has opened `path`, written to it, and then gets `signal`.
int die_while_writing(const std::string& path, int signal) {
  return in_child([&] {
    auto file = ReplaceFile::open(path);
    if (!file.ok() || !write_all(file.value().fd(), "new")) return 1;
    ::raise(signal);
    return 2;
  });
}

/// For the time of one test: files without a name cannot be had.
struct NoUnnamedFiles {
  NoUnnamedFiles() { unnamed_files_work = false; }
  ~NoUnnamedFiles() { unnamed_files_work = true; }
};

}  // namespace

TEST_CASE("what is read is a file: nobody waits for a pipe, and no device is opened") {
  const Folder folder;
  std::ofstream(folder / "file") << "text";
  std::filesystem::create_symlink("file", folder / "link");
  CHECK(opened(folder / "file") == "read: text");
  CHECK(opened(folder / "link") == "read: text");
  CHECK(opened(folder / "none") == "No such file or directory");
  CHECK(opened(folder.path()) == "it is a folder; name a file in it");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(opened(folder / "pipe") == "it is a named pipe, not a file; what a program writes is read with '-'");
  CHECK(read_head(folder / "pipe", 10).empty());
  CHECK(opened("/dev/zero") == "it is a device, not a file");
  CHECK(opened("/dev/null") == "read: ");
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "piped", 5) == 5);
  CHECK(opened("/dev/fd/" + std::to_string(ends[0])) == "read: piped");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("what was found in a folder is not read when it leads out of it") {
  const Folder folder;
  std::filesystem::create_directories(folder / "in/below");
  std::filesystem::create_directories(folder / "inside");
  for (const char* name : {"secret", "in/file", "in/below/file", "inside/file"}) std::ofstream(folder / name) << name;
  std::filesystem::create_symlink("below/file", folder / "in/good");
  std::filesystem::create_symlink("../secret", folder / "in/bad");
  std::filesystem::create_symlink("../inside", folder / "in/neighbour");
  std::filesystem::create_symlink("in", folder / "other");
  const std::string in = folder / "in";
  const std::string refused = "it leads out of the folder '" + in + "', and nobody named it on the command line";
  CHECK(opened(in + "/file", in) == "read: in/file");
  CHECK(opened(in + "/below/../below/file", in) == "read: in/below/file");
  CHECK(opened(in + "/good", in) == "read: in/below/file");
  CHECK(opened(folder / "other/good", in) == "read: in/below/file");
  CHECK(opened(in + "/good", folder / "other") == "read: in/below/file");
  CHECK(opened(in + "/bad", in) == refused);
  CHECK(opened(in + "/../secret", in) == refused);
  CHECK(opened(in + "/neighbour/file", in) == refused);
  CHECK(opened(in + "/bad") == "read: secret");
  CHECK(read_head(in + "/bad", 10, in).empty());
  CHECK(read_file(in + "/bad", in).error().error == outside_folder);
  Sources sources;
  sources.reach.found(in + "/bad", in);
  CHECK(read_source(sources, in + "/bad").error().message() == "cannot read '" + in + "/bad': " + refused);
  CHECK(sources.count() == 0);
}

TEST_CASE("a new file gets its content and the mode that the umask allows") {
  const Folder folder;
  const mode_t before = ::umask(027);
  CHECK(replace(folder / "new.cdb", "content") == "");
  ::umask(before);
  CHECK(content(folder / "new.cdb") == "content");
  struct stat status {};
  REQUIRE(::stat((folder / "new.cdb").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
  CHECK(folder.names() == Names{"new.cdb"});
}

TEST_CASE("the new version never takes descriptor 0, 1 or 2") {
  const Folder folder;
  for (const bool unnamed : {true, false}) {
    unnamed_files_work = unnamed;
    const int status = in_child([&] {
      for (const int standard : {0, 1, 2}) ::close(standard);
      auto file = ReplaceFile::open(folder / "rules.cdb");
      return file.ok() && file.value().fd() > 2 && write_all(file.value().fd(), "new") && !file.value().commit() ? 7
                                                                                                                 : 1;
    });
    unnamed_files_work = true;
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 7));
    CHECK(content(folder / "rules.cdb") == "new");
    CHECK(folder.names() == Names{"rules.cdb"});
  }
}

TEST_CASE("a replaced file keeps its mode and its owner") {
  const Folder folder;
  put(folder / "rules.cdb", "old");
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::chown((folder / "rules.cdb").c_str(), 1234, 2345) == 0);
  REQUIRE(::chmod((folder / "rules.cdb").c_str(), 0604) == 0);
  CHECK(replace(folder / "rules.cdb", "new") == "");
  struct stat status {};
  REQUIRE(::stat((folder / "rules.cdb").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0604);
  CHECK((!root || (status.st_uid == 1234 && status.st_gid == 2345)));
  CHECK(content(folder / "rules.cdb") == "new");
}

TEST_CASE("what is not committed leaves the old file and nothing else") {
  const Folder folder;
  put(folder / "rules.cdb", "old");
  for (const bool unnamed : {true, false}) {
    unnamed_files_work = unnamed;
    {
      auto file = ReplaceFile::open(folder / "rules.cdb");
      REQUIRE(file.ok());
      REQUIRE(write_all(file.value().fd(), "new"));
      CHECK(folder.names().size() == (unnamed ? 1 : 2));
    }
    unnamed_files_work = true;
    CHECK(content(folder / "rules.cdb") == "old");
    CHECK(folder.names() == Names{"rules.cdb"});
  }
}

TEST_CASE("a signal that ends the process leaves the old file and nothing else") {
  const Folder folder;
  put(folder / "rules.cdb", "old");
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGQUIT, SIGXCPU, SIGKILL}) {
    CHECK(WTERMSIG(die_while_writing(folder / "rules.cdb", signal)) == signal);
    CHECK(content(folder / "rules.cdb") == "old");
    CHECK(folder.names() == Names{"rules.cdb"});
  }
}

TEST_CASE("without unnamed files, too, each signal that can be caught leaves nothing") {
  const Folder folder;
  put(folder / "rules.cdb", "old");
  const NoUnnamedFiles no_unnamed_files;
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGQUIT, SIGXCPU}) {
    CHECK(WTERMSIG(die_while_writing(folder / "rules.cdb", signal)) == signal);
    CHECK(content(folder / "rules.cdb") == "old");
    CHECK(folder.names() == Names{"rules.cdb"});
  }
  CHECK(WTERMSIG(die_while_writing(folder / "rules.cdb", SIGKILL)) == SIGKILL);
  CHECK(content(folder / "rules.cdb") == "old");
  CHECK(folder.names().size() == 2);
  CHECK(replace(folder / "rules.cdb", "new") == "");
  CHECK(folder.names() == Names{"rules.cdb"});
}

TEST_CASE("without unnamed files a file is replaced just so, and a signal that was ignored stays ignored") {
  const Folder folder;
  const NoUnnamedFiles no_unnamed_files;
  CHECK(replace(folder / "rules.cdb", "first") == "");
  CHECK(replace(folder / "rules.cdb", "second") == "");
  CHECK(content(folder / "rules.cdb") == "second");
  CHECK(folder.names() == Names{"rules.cdb"});
  const int status = in_child([&] {
    ::signal(SIGHUP, SIG_IGN);
    auto file = ReplaceFile::open(folder / "rules.cdb");
    ::raise(SIGHUP);
    return file.ok() && write_all(file.value().fd(), "third") && !file.value().commit() ? 7 : 1;
  });
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 7));
  CHECK(content(folder / "rules.cdb") == "third");
}

TEST_CASE("a file that may not grow leaves the old one") {
  const Folder folder;
  put(folder / "rules.cdb", "old");
  const int status = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return replace(folder / "rules.cdb", std::string(10'000, 'x')) == "write failed" ? 7 : 1;
  });
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 7));
  CHECK(content(folder / "rules.cdb") == "old");
  CHECK(folder.names() == Names{"rules.cdb"});
}

TEST_CASE("a full disk leaves the old file") {
  const Folder folder;
  const int status = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 5;
    if (::mount("none", folder.path().c_str(), "tmpfs", 0, "size=64k") != 0) return 5;
    put(folder / "rules.cdb", "old");
    if (replace(folder / "rules.cdb", std::string(100'000, 'x')) != "write failed") return 1;
    return content(folder / "rules.cdb") == "old" && folder.names() == Names{"rules.cdb"} ? 7 : 2;
  });
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 5)
    std::cout << "\nNOT TESTED: a full disk needs root and a mount of its own\n";
  else
    CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("a read-only folder is refused in plain words") {
  const Folder folder;
  put(folder / "rules.cdb", "old");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
  const std::string expected = "cannot create a file beside '" + (folder / "rules.cdb") + "': Permission denied";
  const int status = in_child([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 5;
    const std::string said = replace(folder / "rules.cdb", "new");
    if (said != expected) std::cout << said << '\n' << std::flush;
    return said == expected ? 7 : 1;
  });
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 7));
  CHECK(content(folder / "rules.cdb") == "old");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
}

TEST_CASE("a symbolic link is followed, and stays a link") {
  const Folder folder;
  std::filesystem::create_directory(folder / "real");
  put(folder / "real/rules.cdb", "old");
  std::filesystem::create_symlink("real/rules.cdb", folder / "link");
  CHECK(replace(folder / "link", "new") == "");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(content(folder / "real/rules.cdb") == "new");
  CHECK(folder.names() == Names{"link", "real"});
}

TEST_CASE("what is no regular file is never replaced") {
  const Folder folder;
  std::filesystem::create_directory(folder / "folder");
  std::filesystem::create_symlink("nowhere", folder / "loose");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0644) == 0);
  for (const char* name : {"folder", "loose", "pipe"})
    CHECK(replace(folder / name, "new") == "cannot write '" + (folder / name) + "': it exists and is no regular file");
  CHECK(replace(folder / "missing/", "new") ==
        "cannot write '" + (folder / "missing/") + "': it names a folder, not a file");
  CHECK(replace(folder / "missing/x", "new") ==
        "cannot open the folder of '" + (folder / "missing/x") + "': No such file or directory");
  CHECK(folder.names() == Names{"folder", "loose", "pipe"});
}

TEST_CASE("a bare name, a bare link and a very long name can be replaced") {
  const Folder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const std::string longest(255, 'n');
  CHECK(replace("rules.cdb", "content") == "");
  std::filesystem::create_symlink("rules.cdb", "link");
  CHECK(replace("link", "by its link") == "");
  CHECK(content("rules.cdb") == "by its link");
  CHECK(replace(longest, "content") == "");
  std::filesystem::current_path(before);
  CHECK(folder.names() == Names{"link", longest, "rules.cdb"});
}

TEST_CASE("several writers at once: a reader always finds one whole version, and nothing is left beside it") {
  const Folder folder;
  const std::string path = folder / "rules.cdb";
  constexpr std::size_t size = 20'000;
  put(path, std::string(size, '0'));
  std::vector<pid_t> writers;
  for (char writer = '1'; writer <= '4'; ++writer) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (int round = 0; round < 40; ++round)
        if (!replace(path, std::string(size, writer)).empty()) ::_exit(1);
      ::_exit(0);
    }
    writers.push_back(child);
  }
  for (int round = 0; round < 300; ++round) {
    const std::string seen = content(path);
    REQUIRE(seen == std::string(size, seen.empty() ? '?' : seen.front()));
  }
  for (const pid_t writer : writers) {
    int status = 0;
    ::waitpid(writer, &status, 0);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  }
  CHECK(folder.names() == Names{"rules.cdb"});
}

TEST_CASE("kill -9 at any moment leaves a whole version") {
  const Folder folder;
  const std::string path = folder / "rules.cdb";
  constexpr std::size_t size = 200'000;
  put(path, std::string(size, 'a'));
  for (int round = 0; round < 40; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (char c = 'a';; c = c == 'z' ? 'a' : static_cast<char>(c + 1)) (void)replace(path, std::string(size, c));
    }
    ::usleep(static_cast<useconds_t>(300 + round * 397 % 9000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const std::string seen = content(path);
    REQUIRE(seen == std::string(size, seen.empty() ? '?' : seen.front()));
  }
  CHECK(replace(path, "last") == "");
  CHECK(folder.names() == Names{"rules.cdb"});
}

TEST_CASE("a source is read whole, and what cannot be read is said") {
  const Folder folder;
  put(folder / "rules", std::string("a\0b", 3));
  put(folder / "empty", "");
  Sources sources;
  CHECK(read_source(sources, folder / "rules").value()->text() == std::string_view("a\0b", 3));
  CHECK(read_source(sources, folder / "empty").value()->text().empty());
  CHECK(read_source(sources, folder.path()).error().message() ==
        "cannot read '" + folder.path() + "': it is a folder; name a file in it");
  CHECK(read_source(sources, folder / "no").error().message() ==
        "cannot open '" + (folder / "no") + "': No such file or directory");
  // a file that says it is empty and is not
  CHECK(read_source(sources, "/proc/self/status").value()->text().starts_with("Name:"));
}

TEST_CASE("standard input is read to its end, however it arrives in pieces") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t writer = ::fork();
  if (writer == 0) {
    ::close(ends[0]);
    for (int i = 0; i < 50; ++i) (void)write_all(ends[1], std::string(5000, 'x'));
    ::_exit(0);
  }
  ::close(ends[1]);
  const int before = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  Sources sources;
  const auto source = read_source(sources, "-");
  ::dup2(before, STDIN_FILENO);
  ::close(before);
  ::close(ends[0]);
  ::waitpid(writer, nullptr, 0);
  REQUIRE(source.ok());
  CHECK(source.value()->name() == "<standard input>");
  CHECK(source.value()->text() == std::string(250'000, 'x'));
}

}  // namespace core
