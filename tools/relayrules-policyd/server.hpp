// The loop: one thread that waits for all connections at once and answers each request when it is whole.
// Invariant: no client keeps another waiting. Who writes slowly is waited for, who does not read what he is answered is
// read from no further, and who is silent for too long is let go.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>

#include "relayrules-policyd/rules.hpp"

namespace relayrules::policyd {

struct ServerOptions {
  std::size_t connections = 1000;  ///< at a time; more wait in the queue of the socket
  std::chrono::seconds idle{300};  ///< so long a connection may be silent. Postfix keeps one for 300 seconds
};

class Server {
 public:
  /// `listener` is a socket that listens and does not block; it becomes the server's.
  Server(int listener, Rules& rules, const ServerOptions& options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Serves until SIGTERM or SIGINT, and then until all requests that came are answered. SIGHUP reads the files anew.
  /// False where the system refuses what it needs; that was said.
  bool run();

 private:
  using Clock = std::chrono::steady_clock;
  struct Connection {
    int fd;
    Clock::time_point active;
    std::string input{};   ///< not yet answered
    std::string output{};  ///< not yet written
    bool has_ended = false;
  };

  [[nodiscard]] bool may_accept() const { return !is_stopping_ && connections_.size() < options_.connections; }
  bool wait();
  void take_signals();
  void accept_all();
  /// These are false when the connection is done with.
  bool serve(Connection& connection, short events);
  bool read_from(Connection& connection);
  bool answer(Connection& connection);
  bool write_to(Connection& connection);
  void let_go_of_idle();

  int listener_;
  int signals_ = -1;
  Rules& rules_;
  ServerOptions options_;
  std::list<Connection> connections_;
  bool is_stopping_ = false;
  Clock::time_point last_refresh_;
};

}  // namespace relayrules::policyd
