// What a store of grants may not be: a folder that others can write, itself or above, a link, a wrong name. And what
// careless callers get, and the folder of relay-ctrl.
#include "grants_store.hpp"

TEST_CASE("a store that others can write, itself or above, is refused, and how to mend it is said") {
  NewStore made;
  REQUIRE(chmod(made.path.c_str(), 0775) == 0);
  {
    Store store(made.path);
    CHECK(store.status == RR_UNSAFE);
    CHECK(store.reason.text ==
          "'" + made.path + "' can be written by others (mode 0775): chmod go-w '" + made.path + "'");
  }
  REQUIRE(chmod(made.path.c_str(), 01777) == 0);
  CHECK(Store(made.path).status == RR_UNSAFE);
  REQUIRE(chmod(made.path.c_str(), 0755) == 0);
  const std::string above = made.folder / "";
  REQUIRE(chmod(above.c_str(), 0777) == 0);
  CHECK(Store(made.path).status == RR_UNSAFE);
  REQUIRE(chmod(above.c_str(), 01777) == 0);  // what is in it is the caller's
  CHECK(Store(made.path).status == RR_OK);
  REQUIRE(chmod(above.c_str(), 0755) == 0);
  Store store(made.path);
  REQUIRE(store.add("192.0.2.8") == RR_OK);
  REQUIRE(chmod(made.path.c_str(), 0777) == 0);  // while it is open
  CHECK(store.look("192.0.2.8") == "(7)");
  CHECK(store.add("192.0.2.9") == RR_UNSAFE);
  REQUIRE(chmod(made.path.c_str(), 0755) == 0);
  CHECK(store.look("192.0.2.8") == "valid");
}

TEST_CASE("an open store is its folder, not the path: moved it goes on, removed it grants nothing and says so") {
  NewStore made;
  Store store(made.path);
  REQUIRE(store.add("192.0.2.8") == RR_OK);
  const std::string moved = made.folder / "moved";
  fs::rename(made.path, moved);
  write(made.path, "a file in its place");
  CHECK(store.look("192.0.2.8") == "valid");
  CHECK(Store(made.path).reason.text == "cannot open the folder '" + made.path + "': Not a directory");
  fs::remove(made.path);
  fs::create_directory_symlink(moved, made.path);
  CHECK(Store(made.path).reason.text == "'" + made.path + "' is a symbolic link: name the folder that it leads to");
  fs::remove(made.path);
  fs::remove_all(moved);
  CHECK(store.look("192.0.2.8") == "(1)");
  CHECK(store.reason.text == "cannot use the folder '" + made.path + "': No such file or directory");
  CHECK(store.add("192.0.2.9") == RR_SYSTEM);
}

TEST_CASE("folders of other owners: the store's may be, one above it only if it is the store's owner's, too") {
  if (geteuid() != 0) return;
  NewStore made;
  const std::string above = made.folder / "";
  REQUIRE(chown(made.path.c_str(), 65534, 65534) == 0);
  CHECK(Store(made.path).status == RR_OK);
  REQUIRE(chmod(above.c_str(), 01777) == 0);  // anybody could have made it there
  CHECK(Store(made.path).status == RR_UNSAFE);
  REQUIRE(chmod(above.c_str(), 0755) == 0);
  const std::string inner = made.path + "/inner";
  REQUIRE(mkdir(inner.c_str(), 0755) == 0);
  CHECK(Store(inner).status == RR_UNSAFE);  // root's, where another could exchange it
  REQUIRE(chown(inner.c_str(), 65534, 65534) == 0);
  Store store(inner);
  REQUIRE(store.status == RR_OK);
  REQUIRE(store.add("192.0.2.8") == RR_OK);  // root writes for the owner
  CHECK(store.look("192.0.2.8") == "valid");
  struct stat status;
  for (const char* name : {"/192.0.2.8", "/.lock", "/.users"}) {
    REQUIRE(stat((inner + name).c_str(), &status) == 0);
    CHECK(status.st_uid == 65534);
  }
}

TEST_CASE("records can be read by those who can look into the store, and written by none") {
  NewStore made;
  struct stat status;
  for (const auto& [folder, file] : {std::pair<mode_t, mode_t>{0755, 0644}, {0750, 0640}, {0700, 0600}}) {
    REQUIRE(chmod(made.path.c_str(), folder) == 0);
    const mode_t old = umask(0);
    REQUIRE(Store(made.path).add("192.0.2.8") == RR_OK);
    umask(old);
    REQUIRE(stat((made.path + "/192.0.2.8").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == file);
    REQUIRE(stat((made.path + "/.lock").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);  // who can open it can hold it
  }
}

TEST_CASE("names of stores that are none") {
  NewStore made;
  const std::string link = made.folder / "link";
  REQUIRE(symlink(made.path.c_str(), link.c_str()) == 0);
  Store linked(link);
  CHECK(linked.status == RR_UNSAFE);
  CHECK(linked.reason.text == "'" + link + "' is a symbolic link: name the folder that it leads to");
  CHECK(Store(link + "/").status == RR_UNSAFE);
  REQUIRE(mkdir((made.path + "/in").c_str(), 0755) == 0);
  CHECK(Store(link + "/in").status == RR_UNSAFE);
  Store missing(made.folder / "missing");
  CHECK(missing.status == RR_SYSTEM);
  CHECK(missing.reason.text == "cannot open the folder '" + (made.folder / "missing") + "': No such file or directory");
  write(made.folder / "file", "x");
  CHECK(Store(made.folder / "file").status == RR_SYSTEM);
  CHECK(Store("grants").status == RR_BAD_ARGUMENT);
  CHECK(Store("").status == RR_BAD_ARGUMENT);
  CHECK(Store("relay-ctrl:").status == RR_BAD_ARGUMENT);
  CHECK(Store(made.path + "/../grants").status == RR_BAD_ARGUMENT);
  CHECK(Store(made.path + "//./").status == RR_OK);
  CHECK(Store("/" + std::string(5000, 'a')).status == RR_BAD_ARGUMENT);
  CHECK(Store("/" + std::string(300, 'a')).status == RR_BAD_ARGUMENT);
}

TEST_CASE("options out of range") {
  NewStore made;
  const auto opens = [&](auto change) {
    rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
    change(options);
    return Store(made.path, options).status == RR_OK;
  };
  CHECK(opens([](auto& options) { options.seconds = 86400; }));
  CHECK_FALSE(opens([](auto& options) { options.seconds = 86401; }));
  CHECK_FALSE(opens([](auto& options) { options.seconds = -1; }));
  CHECK_FALSE(opens([](auto& options) { options.ipv6_bits = 47; }));
  CHECK_FALSE(opens([](auto& options) { options.ipv6_bits = 129; }));
  CHECK_FALSE(opens([](auto& options) { options.per_user = 65; }));
  CHECK_FALSE(opens([](auto& options) { options.size = 1; }));
  for (const char* never : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0", "10.0.0.0/8,", "::/129", "a", "10.0.0.0/-1",
                            "::ffff:10.0.0.0/104", "1.2.3.4/0008"})
    CHECK_FALSE(opens([&](auto& options) { options.never = never; }));
}

TEST_CASE("careless callers") {
  NewStore made;
  const rr_client client = at("192.0.2.8");
  rr_grant grant = RR_GRANT_INIT;
  CHECK(rr_grants_open(made.path.c_str(), nullptr, nullptr, nullptr) == RR_BAD_ARGUMENT);
  rr_grants* grants = nullptr;
  CHECK(rr_grants_open(nullptr, nullptr, &grants, nullptr) == RR_BAD_ARGUMENT);
  grant.state = RR_GRANT_VALID;
  CHECK(rr_grants_lookup(nullptr, &client, noon, &grant, nullptr) == RR_BAD_ARGUMENT);
  CHECK(grant.state == RR_GRANT_NONE);
  CHECK(rr_grants_open(made.path.c_str(), nullptr, &grants, nullptr) == RR_OK);
  CHECK(rr_grants_lookup(grants, nullptr, noon, &grant, nullptr) == RR_BAD_ARGUMENT);
  CHECK(rr_grants_lookup(grants, &client, noon, nullptr, nullptr) == RR_BAD_ARGUMENT);
  grant.size = 3;
  CHECK(rr_grants_lookup(grants, &client, noon, &grant, nullptr) == RR_BAD_ARGUMENT);
  CHECK(rr_grants_each(grants, noon, nullptr, nullptr, nullptr) == RR_BAD_ARGUMENT);
  CHECK(rr_grants_purge(grants, noon, nullptr, nullptr) == RR_BAD_ARGUMENT);
  rr_grants_close(grants);
  rr_grants_close(nullptr);
}

TEST_CASE("the folder of relay-ctrl is read: the time of a file is that of the login") {
  NewStore made;
  REQUIRE(chmod(made.path.c_str(), 0777) == 0);
  const std::string above = made.folder / "";
  REQUIRE(chmod(above.c_str(), 0700) == 0);
  const std::string path = made.path + "/192.0.2.8";
  write(path, "USER=joe\0DOMAIN=example.org\0"sv);
  const timespec then[2] = {{noon, 0}, {noon, 0}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), then, 0) == 0);
  Store store("relay-ctrl:" + made.path);
  REQUIRE(store.status == RR_OK);
  CHECK(store.look("192.0.2.8") == "valid");
  CHECK(store.grant.user == "joe@example.org"sv);
  CHECK(store.look("::ffff:192.0.2.8") == "valid");
  CHECK(store.look("192.0.2.8", noon + 899) == "valid");
  CHECK(store.look("192.0.2.8", noon + 900) == "expired");
  CHECK(store.look("192.0.2.8", noon - 6) == "future");
  CHECK(store.look("192.0.2.9") == "none");
  CHECK(store.look("2001:db8::1") == "none");
  write(made.path + "/127.0.0.1", "");
  CHECK(store.look("127.0.0.1") == "never");
  write(made.path + "/.sec.usec:pid", "");
  CHECK(store.list() == "127.0.0.1 ; 192.0.2.8 joe@example.org; ");
  CHECK(store.add("192.0.2.9") == RR_BAD_ARGUMENT);
  CHECK(store.reason.text == "'relay-ctrl:" + made.path + "' is only read; relay-ctrl's own programs write to it");
  CHECK(Store(made.path).status == RR_UNSAFE);  // not as one of our own
  REQUIRE(chmod(above.c_str(), 0755) == 0);
  CHECK(Store("relay-ctrl:" + made.path).status == RR_UNSAFE);
}
