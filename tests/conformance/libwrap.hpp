// libwrap itself, for tests that hold a reading against it.
#pragma once

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "hosts_pair.hpp"

namespace core {

/// libwrap, loaded. Its constants are those of tcpd.h.
class Libwrap {
 public:
  Libwrap() : library_(dlopen("libwrap.so.0", RTLD_NOW)) {
    if (!is_there()) return;
    dry_run_ = static_cast<int*>(symbol("dry_run"));
    request_init_ = reinterpret_cast<void* (*)(void*, ...)>(symbol("request_init"));
    hosts_access_ = reinterpret_cast<int (*)(void*)>(symbol("hosts_access"));
  }
  [[nodiscard]] bool is_there() const { return library_ != nullptr; }

  void use(const Folder& folder) {
    allow_ = folder / "hosts.allow";
    deny_ = folder / "hosts.deny";
    *static_cast<char**>(symbol("hosts_allow_table")) = allow_.data();
    *static_cast<char**>(symbol("hosts_deny_table")) = deny_.data();
  }
  /// True when access is granted: a connection that is handed to a command is not. setenv options have then changed
  /// this process' environment. `daemon` may have "@address".
  [[nodiscard]] bool ask(const std::string& daemon, const Client& client) {
    *dry_run_ = 1;
    const bool granted = call(daemon, client);
    return granted && *dry_run_ == 1;
  }
  /// The same, but commands of the rules are run, and one of twist replaces this process.
  [[nodiscard]] bool ask_in_earnest(const std::string& daemon, const Client& client) {
    *dry_run_ = 0;
    return call(daemon, client);
  }

 private:
  bool call(const std::string& daemon, const Client& client) {
    static constexpr int rq_daemon = 2, rq_user = 3, rq_client_name = 4, rq_client_addr = 5, rq_server_addr = 8;
    alignas(16) static std::array<char, 65536> request;  // struct request_info is smaller, and nobody's business
    const std::string address = format_address(client.address);
    const std::string host = client.host.value_or("unknown");
    const std::string user = client.info.value_or("unknown");
    const std::size_t at = std::min(daemon.find('@'), daemon.size());
    const std::string name = daemon.substr(0, at);
    const std::string server = at == daemon.size() ? "unknown" : daemon.substr(at + 1);
    request_init_(request.data(), rq_daemon, name.c_str(), rq_client_addr, address.c_str(), rq_client_name,
                  host.c_str(), rq_user, user.c_str(), rq_server_addr, server.c_str(), 0);
    const mode_t mask = umask(022);
    const bool granted = hosts_access_(request.data()) != 0;
    umask(mask);  // libwrap sets it even when it only tries
    return granted;
  }

  void* symbol(const char* name) const {
    void* found = dlsym(library_, name);
    REQUIRE(found != nullptr);
    return found;
  }

  void* library_;
  int* dry_run_ = nullptr;
  void* (*request_init_)(void*, ...) = nullptr;
  int (*hosts_access_)(void*) = nullptr;
  std::string allow_;
  std::string deny_;
};

/// The variables that generated rules set.
inline constexpr std::array<const char*, 3> variables = {"RELAYCLIENT", "RR_TEST_A", "RR_TEST_B"};

inline std::string environment() {
  std::string text;
  for (const char* name : variables)
    if (const char* value = getenv(name)) text += fmt::format("{}={};", name, value);
  return text;
}

}  // namespace core
