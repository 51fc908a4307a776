// Who may do what with a file that is replaced, whose links are followed, and what those leave who are killed.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "unit/folder.hpp"

namespace core {
namespace {

constexpr char access_list[] = "system.posix_acl_access";
constexpr char list_for_new_files[] = "system.posix_acl_default";

/// An access list as the kernel takes it: the owner and user 1234 read and write, the group reads, others do nothing.
std::string list_for_1234() {
  struct Entry {
    std::uint16_t kind, allowed;
    std::uint32_t id;
  };
  static_assert(sizeof(Entry) == 8);
  constexpr std::uint32_t none = 0xffffffff;
  constexpr Entry entries[] = {{1, 6, none}, {2, 6, 1234}, {4, 4, none}, {16, 6, none}, {32, 0, none}};
  return std::string("\2\0\0\0", 4) + std::string(reinterpret_cast<const char*>(entries), sizeof entries);
}

std::string list_of(const std::string& path) {
  std::string list(1000, '\0');
  const ssize_t size = ::getxattr(path.c_str(), access_list, list.data(), list.size());
  if (size < 0) return errno == ENODATA ? "none" : "not known";
  list.resize(static_cast<std::size_t>(size));
  return list;
}

/// False, and said, where the file system knows no access lists.
bool give_list(const std::string& path, const char* kind) {
  const std::string list = list_for_1234();
  if (::setxattr(path.c_str(), kind, list.data(), list.size(), 0) == 0) return true;
  std::cout << "\nNOT TESTED: no access lists in " << path << '\n';
  return false;
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a replaced file keeps its access list") {
  const Folder folder;
  const std::string path = folder / "rules.cdb";
  put(path, "old");
  if (!give_list(path, access_list)) return;
  CHECK(mode_of(path) == 0660);  // what stands for the group is the mask
  CHECK(replace(path, "new") == "");
  CHECK(content(path) == "new");
  CHECK(list_of(path) == list_for_1234());
  CHECK(mode_of(path) == 0660);
}

TEST_CASE("a replaced file without an access list gets none from its folder") {
  const Folder folder;
  const std::string path = folder / "rules.cdb";
  put(path, "old");
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  if (!give_list(folder.path(), list_for_new_files)) return;
  CHECK(replace(path, "new") == "");
  CHECK(content(path) == "new");
  CHECK(list_of(path) == "none");
  CHECK(mode_of(path) == 0640);
  CHECK(replace(folder / "fresh", "new") == "");
  CHECK(list_of(folder / "fresh") != "none");
}

TEST_CASE("a link of another user is not followed where everybody may make one") {
  if (::geteuid() != 0) {
    std::cout << "\nNOT TESTED: links of other users need root\n";
    return;
  }
  const Folder folder;
  std::filesystem::create_directory(folder / "shared");
  put(folder / "secret", "old");
  std::filesystem::create_symlink("../secret", folder / "shared/planted");
  std::filesystem::create_symlink("shared/planted", folder / "link");
  REQUIRE(::lchown((folder / "shared/planted").c_str(), 1234, 1234) == 0);
  const auto refused = [&](const std::string& path) {
    return "cannot write '" + path + "': '" + (folder / "shared/planted") +
           "' is a symbolic link that another user made where everybody may; name the file";
  };
  REQUIRE(::chmod((folder / "shared").c_str(), 01777) == 0);
  CHECK(replace(folder / "shared/planted", "new") == refused(folder / "shared/planted"));
  CHECK(replace(folder / "link", "new") == refused(folder / "link"));
  CHECK(content(folder / "secret") == "old");
  CHECK(folder.names() == Names{"link", "secret", "shared"});
  // its owner's, the folder's owner's, and any in a folder that is not shared: as links are elsewhere
  REQUIRE(::lchown((folder / "shared/planted").c_str(), 0, 0) == 0);
  CHECK(replace(folder / "link", "own") == "");
  REQUIRE(::lchown((folder / "shared/planted").c_str(), 1234, 1234) == 0);
  REQUIRE(::chown((folder / "shared").c_str(), 1234, 1234) == 0);
  CHECK(replace(folder / "link", "of the folder") == "");
  REQUIRE(::chown((folder / "shared").c_str(), 0, 0) == 0);
  REQUIRE(::chmod((folder / "shared").c_str(), 0755) == 0);
  CHECK(replace(folder / "link", "not shared") == "");
  CHECK(content(folder / "secret") == "not shared");
}

TEST_CASE("links that go round in a circle are not followed for ever") {
  const Folder folder;
  std::filesystem::create_symlink("b", folder / "a");
  std::filesystem::create_symlink("a", folder / "b");
  CHECK(replace(folder / "a", "new") == "cannot write '" + (folder / "a") + "': it exists and is no regular file");
}

TEST_CASE("what the dead left is removed, and nothing else") {
  const Folder folder;
  const std::string path = folder / "rules.cdb";
  // one of the living, by its lock, with the number of a process that is gone
  put(folder / ".rules.cdb.99999999.1.tmp", "alive");
  const FileDescriptor living(::open((folder / ".rules.cdb.99999999.1.tmp").c_str(), O_RDWR));
  REQUIRE(::flock(living.get(), LOCK_EX) == 0);
  // others: a name that is not one of these, and no regular files
  const Names others = {".other.cdb.1.1.tmp",    ".rules.cdb..tmp",  ".rules.cdb.1.1.1.tmp",
                        ".rules.cdb.1.1.tmp.",   ".rules.cdb.1.tmp", ".rules.cdb.99999999.1.tmp",
                        ".rules.cdb.mine.1.tmp", "rules.cdb.1.1.tmp"};
  for (const std::string& name : others)
    if (name != ".rules.cdb.99999999.1.tmp") put(folder / name, "mine");
  REQUIRE(::mkfifo((folder / ".rules.cdb.2.2.tmp").c_str(), 0600) == 0);
  std::filesystem::create_symlink("rules.cdb.1.1.tmp", folder / ".rules.cdb.3.3.tmp");
  // the dead, one of them with the number of a process that runs
  put(folder / ".rules.cdb.4.4.tmp", "dead");
  put(folder / (".rules.cdb." + std::to_string(::getpid()) + ".0.tmp"), "dead");
  CHECK(replace(path, "new") == "");
  Names expected = others;
  for (const char* name : {".rules.cdb.2.2.tmp", ".rules.cdb.3.3.tmp", "rules.cdb"}) expected.emplace_back(name);
  std::sort(expected.begin(), expected.end());
  CHECK(folder.names() == expected);
}

}  // namespace core
