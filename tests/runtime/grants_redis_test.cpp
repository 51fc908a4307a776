// The store in Redis, without Redis: how it is named, what its values mean, and what no server may do to us. A server
// of our own answers what a test tells it. The real one is asked in tests/end_to_end/grants_redis.sh.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

#include "grants_store.hpp"

namespace {

using Clock = std::chrono::steady_clock;

/// Answers every command with the same bytes.
class FakeServer {
 public:
  explicit FakeServer(std::string answer, std::chrono::milliseconds between_bytes = {}, bool hangs_up = false)
      : answer_(std::move(answer)), between_bytes_(between_bytes), hangs_up_(hangs_up) {
    REQUIRE(mkdir(folder_.c_str(), 0755) == 0);
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(listener_, 64) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  std::string path() const { return folder_ + "/socket"; }
  /// As messages have it.
  std::string name() const { return "redis:" + path(); }
  /// With time enough for a busy machine.
  std::string url(const std::string& options = "timeout=9000") const { return name() + "?" + options; }
  /// What was asked by the last connection that had an answer.
  std::string asked() const { return asked_; }

 private:
  void serve() {
    for (int fd = accept(listener_, nullptr, nullptr); fd >= 0; fd = accept(listener_, nullptr, nullptr)) {
      asked_.clear();
      char bytes[4096];
      for (ssize_t got = read(fd, bytes, sizeof bytes); got > 0; got = read(fd, bytes, sizeof bytes)) {
        asked_.append(bytes, static_cast<size_t>(got));
        if (!answer(fd) || hangs_up_) break;
      }
      close(fd);
    }
  }
  bool answer(int fd) const {
    const size_t piece = between_bytes_.count() == 0 ? answer_.size() : 1;
    for (size_t at = 0; at < answer_.size(); at += piece) {
      if (send(fd, answer_.data() + at, piece, MSG_NOSIGNAL) <= 0) return false;
      std::this_thread::sleep_for(between_bytes_);
    }
    return true;
  }

  Folder above_;
  std::string folder_ = above_ / "redis";
  std::string answer_;
  std::chrono::milliseconds between_bytes_;
  bool hangs_up_;
  int listener_ = -1;
  std::string asked_;
  std::thread thread_;
};

std::string bulk(const std::string& text) { return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"; }

std::string why_not_opened(const std::string& name) {
  const Store store(name);
  CHECK(store.status == RR_BAD_ARGUMENT);
  return store.reason.text;
}

}  // namespace

TEST_CASE("a store in Redis has a name, and a wrong one is told what is wrong with it") {
  for (const char* name :
       {"redis:/run/redis.sock", "redis:///run/redis.sock", "redis://127.0.0.1", "redis://127.1.2.3:1", "redis://[::1]",
        "redis://[::1]:65535", "redis:/run/a%20?prefix=", "redis:/s?prefix=a%3Fb/&timeout=10000&user=smtp"}) {
    INFO(name);
    if (std::string_view(name).find("%20") != std::string_view::npos)
      CHECK(why_not_opened(name) ==
            "the store's name: '/run/a%20' is no path of a socket: up to 107 bytes, printable, without blanks");
    else
      CHECK(Store(name).status == RR_OK);
  }
  const std::string only_here =
      " is no UNIX socket (redis:/PATH) and no loopback address (redis://127.0.0.1:6379, redis://[::1]): let a replica "
      "beside this server, or a tunnel, speak to other machines";
  for (const char* elsewhere : {"192.0.2.1", "192.0.2.1:6379", "[2001:db8::1]", "[::ffff:192.0.2.1]", "redis.example",
                                "localhost", "", "[::1", "[::1]6379", "::1", "127.0.0.1.", "0.0.0.0", "[127.0.0.1]"})
    CHECK(why_not_opened(std::string("redis://") + elsewhere) ==
          "the store's name: '" + std::string(elsewhere) + "'" + only_here);
  struct Row {
    const char* name;
    const char* why;
  };
  for (const Row& row : {
           Row{"redis:", "'' does not begin with '/'"},
           Row{"redis:run/s", "'run/s' does not begin with '/'"},
           Row{"redis://127.0.0.1:", "'' is no port"},
           Row{"redis://127.0.0.1:0", "'0' is no port"},
           Row{"redis://127.0.0.1:65536", "'65536' is no port"},
           Row{"redis://127.0.0.1:6379/2", "'6379/2' is no port"},
           Row{"redis://joe:secret@127.0.0.1", "'@' is not read: write ?user=NAME&password-file=FILE"},
           Row{"redis:/s?", "'' is none of prefix=, user=, password-file= and timeout="},
           Row{"redis:/s?db=1", "'db=1' is none of prefix=, user=, password-file= and timeout="},
           Row{"redis:/s?password=x", "'password=x' is none of prefix=, user=, password-file= and timeout="},
           Row{"redis:/s?prefix=a b", "'a b' is no prefix of keys: printable, without blanks, up to 127 bytes"},
           Row{"redis:/s?prefix=%0A", "'%0A' is no prefix of keys: printable, without blanks, up to 127 bytes"},
           Row{"redis:/s?prefix=%1", "'%1' is no prefix of keys: printable, without blanks, up to 127 bytes"},
           Row{"redis:/s?user=", "'' is no name of a user: printable, without blanks, up to 127 bytes"},
           Row{"redis:/s?timeout=0", "'0' is not 1 to 10000 milliseconds"},
           Row{"redis:/s?timeout=1s", "'1s' is not 1 to 10000 milliseconds"},
           Row{"redis:/s?timeout=10001", "'10001' is not 1 to 10000 milliseconds"},
           Row{"redis:/s?password-file=secret", "'secret' is no absolute path"},
       })
    CHECK(why_not_opened(row.name) == "the store's name: " + std::string(row.why));
}

TEST_CASE("a password stands in the first line of a file that others cannot read") {
  const Folder folder;
  const std::string path = folder / "password";
  const auto status_of = [&](std::string_view text, mode_t mode) {
    std::ofstream(path, std::ios::binary) << text;
    REQUIRE(chmod(path.c_str(), mode) == 0);
    return Store("redis:/s?password-file=" + path).status;
  };
  CHECK(status_of("secret\nmore", 0640) == RR_OK);
  CHECK(status_of("secret", 0600) == RR_OK);
  CHECK(status_of("secret", 0644) == RR_UNSAFE);
  CHECK(status_of("secret", 0620) == RR_UNSAFE);
  CHECK(status_of("\nsecret", 0600) == RR_BAD_ARGUMENT);
  CHECK(status_of("", 0600) == RR_BAD_ARGUMENT);
  CHECK(status_of(std::string_view("a\0b", 3), 0600) == RR_BAD_ARGUMENT);
  CHECK(status_of(std::string(256, 'x'), 0600) == RR_BAD_ARGUMENT);
  CHECK(Store("redis:/s?password-file=" + folder / "none").status == RR_SYSTEM);
  CHECK(Store("redis:/s?password-file=/dev/null").status == RR_BAD_ARGUMENT);
}

TEST_CASE("a server that does not run costs a call and not the store; addresses that are never granted are not asked") {
  const Folder folder;
  Store store("redis:" + folder / "socket");
  REQUIRE(store.status == RR_OK);
  CHECK(store.look("192.0.2.8") == "(1)");
  CHECK(store.reason.text == "cannot connect to 'redis:" + folder / "socket" + "': No such file or directory");
  CHECK(store.add("192.0.2.8") == RR_SYSTEM);
  CHECK(store.look("127.0.0.1") == "never");
  CHECK(store.add("127.0.0.1") == RR_REFUSED);
  CHECK(store.look("x") == "(6)");
}

TEST_CASE("a socket whom others could exchange is not asked") {
  FakeServer server(bulk(std::to_string(noon)));
  Store store(server.url());
  CHECK(store.look("192.0.2.8") == "valid");
  const std::string folder = fs::path(server.path()).parent_path();
  REQUIRE(chmod(folder.c_str(), 0777) == 0);
  CHECK(store.look("192.0.2.8") == "(7)");
  CHECK(store.reason.text == "'" + folder + "' can be written by others (mode 0777): chmod go-w '" + folder + "'");
}

TEST_CASE("what a value grants") {
  const std::string time = std::to_string(noon);
  struct Row {
    std::string value;
    const char* state;
    const char* user;
    long long expires;
  };
  for (const Row& row : {
           Row{time, "valid", "", noon + 900},  // what Dovecot's last_login writes
           Row{time + " 60", "valid", "", noon + 60},
           Row{time + " 60 joe", "valid", "joe", noon + 60},
           Row{time + " 60 joe pop3", "valid", "joe", noon + 60},
           Row{time + " 60  pop3", "valid", "", noon + 60},
           Row{time + " 900 j%20oe ", "valid", "j%20oe", noon + 900},
           Row{std::to_string(noon - 900), "expired", "", noon},
           Row{std::to_string(noon + 6), "future", "", noon + 906},
           Row{time + "000", "(2)", "", 0},  // milliseconds
           Row{"", "(2)", "", 0},
           Row{" " + time, "(2)", "", 0},
           Row{time + "\n", "(2)", "", 0},
           Row{time + " 60 joe pop3 x", "(2)", "", 0},
           Row{time + " 86401", "(2)", "", 0},
           Row{time + " -1", "(2)", "", 0},
           Row{time + " 60 j\1oe", "(2)", "", 0},
           Row{time + " 60 " + std::string(300, 'x'), "(2)", "", 0},
           Row{"yes", "(2)", "", 0},
           Row{"-" + time, "(2)", "", 0},
           Row{std::string("1700000000\0", 11), "(2)", "", 0},
       }) {
    INFO(row.value);
    FakeServer server(bulk(row.value));
    Store store(server.url());
    CHECK(store.look("192.0.2.8") == row.state);
    CHECK(store.grant.user == std::string_view(row.user));
    CHECK(store.grant.expires == row.expires);
    if (store.grant.state == RR_GRANT_BROKEN)
      CHECK(store.reason.text == "'rr/192.0.2.8' in '" + server.name() + "' is no record of a grant: delete it");
  }
}

TEST_CASE("an answer that Redis would not give is none, and is told") {
  const auto no_redis = [](const char* what) { return std::string("' does not speak as Redis does: ") + what; };
  std::string nested;
  for (int i = 0; i < 12; ++i) nested += "*1\r\n";
  struct Row {
    std::string answer;
    std::string why;
  };
  for (const Row& row : {
           Row{"HTTP/1.1 400 Bad Request\r\n\r\n", no_redis("Protocol error, got \"H\" as reply type byte")},
           Row{"+OK\r\n", no_redis("an answer to something else")},
           Row{":1\r\n", no_redis("an answer to something else")},
           Row{"*0\r\n", no_redis("an answer to something else")},
           Row{"*1\r\n$-1\r\n", no_redis("an answer to something else")},
           Row{"$-1\r\n$-1\r\n", no_redis("more than was asked for")},
           Row{bulk("1700000000") + bulk("1700000000"), no_redis("more than was asked for")},
           Row{"*1000000000\r\n", no_redis("Out of memory")},
           Row{nested, no_redis("No support for nested multi bulk replies with depth > 7")},
           Row{"-NOAUTH Authentication required.\r\n",
               "' says: NOAUTH Authentication required. (name them: user=, password-file=)"},
           Row{"-MASTERDOWN Link with MASTER is down\r\n", "' says: MASTERDOWN Link with MASTER is down"},
           Row{"-LOADING Redis is loading\r\n", "' says: LOADING Redis is loading"},
           Row{"-\r\n", "' says: "},
           Row{"-\x1b[31m\tred\r\n", "' says: ?[31m?red"},
       }) {
    INFO(row.answer);
    FakeServer server(row.answer);
    Store store(server.url());
    CHECK(store.look("192.0.2.8").front() == '(');
    CHECK(std::string(store.reason.text).substr(server.name().size() + 1) == row.why);
  }
  FakeServer server("-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  Store store(server.url());
  CHECK(store.look("192.0.2.8") == "(2)");
  CHECK(store.grant.state == RR_GRANT_BROKEN);
}

TEST_CASE("a walk through all keys ends, and says so, whatever is answered") {
  const std::string cursor = bulk("0");
  for (const std::string& answer :
       {std::string(":1\r\n"), std::string("*0\r\n"), "*1\r\n" + cursor, "*2\r\n" + cursor + cursor,
        std::string("*2\r\n*0\r\n*0\r\n"), "*2\r\n" + bulk("5") + "*0\r\n", "*2\r\n" + bulk("") + "*0\r\n",
        "*2\r\n" + cursor + "*1\r\n" + bulk("x"), "*2\r\n" + cursor + "*1\r\n:1\r\n",
        "*2\r\n" + cursor + "*1\r\n$-1\r\n", "*2\r\n" + cursor + "*2\r\n" + bulk("rr/10.0.0.1") + bulk("rr/")}) {
    INFO(answer);
    FakeServer server(answer);
    rr_grants* grants = nullptr;
    REQUIRE(rr_grants_open(server.url().c_str(), nullptr, &grants, nullptr) == RR_OK);
    const auto visit = [](void*, const rr_grant*, const char*) { return 0; };
    rr_reason reason = RR_REASON_INIT;
    size_t removed = 0;
    const std::string why = "'" + server.name() + "' does not speak as Redis does: an answer to something else";
    CHECK(rr_grants_each(grants, noon, visit, nullptr, &reason) == RR_CORRUPT);
    CHECK(reason.text == why);
    CHECK(rr_grants_purge(grants, noon, &removed, &reason) == RR_CORRUPT);
    CHECK(rr_grants_revoke(grants, nullptr, "joe", &removed, &reason) == RR_CORRUPT);
    CHECK(removed == 0);
    rr_grants_close(grants);
  }
  FakeServer empty("*2\r\n" + cursor + "*0\r\n");
  Store store(empty.url());
  CHECK(store.list().empty());
  CHECK(store.purge(noon) == 0);
}

TEST_CASE("one deadline is for all of a look-up, however the time passes") {
  struct Row {
    std::string answer;
    std::chrono::milliseconds between_bytes;
  };
  const std::string endless(64 << 20, 'x');
  for (const Row& row :
       {Row{"", {}}, Row{"$20000", {}}, Row{"+" + std::string(1000, 'x'), std::chrono::milliseconds(10)},
        Row{"+" + endless, {}}, Row{"$2000000000\r\n" + endless, {}}}) {
    INFO(row.answer.substr(0, 20));
    FakeServer server(row.answer, row.between_bytes);
    Store store(server.url("timeout=200"));
    const auto before = Clock::now();
    CHECK(store.look("192.0.2.8").front() == '(');
    const auto took = Clock::now() - before;
    CHECK(took < std::chrono::seconds(3));
    if (row.answer.size() > 2000) continue;
    CHECK(took >= std::chrono::milliseconds(199));
    CHECK(store.reason.text == "'" + server.name() + "' did not answer within 200 ms");
  }
}

TEST_CASE("a server that hangs up is a failure, and no signal") {
  FakeServer server("", {}, true);
  Store store(server.url());
  CHECK(store.look("192.0.2.8") == "(1)");
  CHECK(store.reason.text == "cannot read from '" + server.name() + "': Connection reset by peer");
}

TEST_CASE("what is asked: the key with its prefix, the login before it, and for whom the name is spelt") {
  const Folder folder;
  std::ofstream(folder / "password") << "secret\n";
  REQUIRE(chmod((folder / "password").c_str(), 0600) == 0);
  std::string asked;
  {
    FakeServer server("+OK\r\n");
    Store store(server.url("timeout=9000&user=pop&prefix=g/&password-file=" + folder / "password"));
    REQUIRE(store.add("::ffff:192.0.2.8", "joe doe") == RR_OK);
    store.look("192.0.2.8");
    CHECK(server.asked() ==
          "*3\r\n$4\r\nAUTH\r\n$3\r\npop\r\n$6\r\nsecret\r\n*2\r\n$3\r\nGET\r\n$11\r\ng/192.0.2.8\r\n");
  }
  FakeServer server("+OK\r\n");
  Store store(server.url("timeout=9000&password-file=" + folder / "password"));
  store.look("2001:DB8:0::8");
  store.look("192.0.2.9");
  CHECK(server.asked() == "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n*2\r\n$3\r\nGET\r\n$12\r\nrr/192.0.2.9\r\n");
}

TEST_CASE("threads share a handle") {
  FakeServer server(bulk(std::to_string(noon)));
  rr_grants* grants = nullptr;
  REQUIRE(rr_grants_open(server.url().c_str(), nullptr, &grants, nullptr) == RR_OK);
  std::atomic<int> valid{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < 8; ++number)
    threads.emplace_back([&] {
      const rr_client client = at("192.0.2.8");
      for (int i = 0; i < 50; ++i) {
        rr_grant grant = RR_GRANT_INIT;
        rr_reason reason = RR_REASON_INIT;
        if (rr_grants_lookup(grants, &client, noon, &grant, &reason) == RR_OK && grant.state == RR_GRANT_VALID) ++valid;
      }
    });
  for (std::thread& thread : threads) thread.join();
  rr_grants_close(grants);
  CHECK(valid == 400);
}

TEST_CASE("Redis does not count, so a cap that somebody asks for is refused") {
  rr_grants_options options = RR_GRANTS_OPTIONS_INIT;
  options.per_user = 3;
  CHECK(Store("redis:/s", options).status == RR_BAD_ARGUMENT);
  options.per_user = 0;
  CHECK(Store("redis:/s", options).status == RR_OK);
  options.in_total = 5;
  const Store store("redis:/s", options);
  CHECK(store.reason.text ==
        "Redis does not count the grants of a user, or all: limit its memory (maxmemory) instead"sv);
}
