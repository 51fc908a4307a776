// Waiting, reading and answering: see server.hpp.
#include "relayrules-policyd/server.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "relayrules-policyd/message.hpp"

namespace relayrules::policyd {

namespace {

constexpr std::size_t piece = 16384;
constexpr std::chrono::seconds between_refreshes{1};
constexpr std::chrono::milliseconds longest_wait{1000};

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Server::Server(int listener, Rules& rules, const ServerOptions& options)
    : listener_(listener), rules_(rules), options_(options), last_refresh_(Clock::now()) {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, signal);
  sigprocmask(SIG_BLOCK, &wanted, nullptr);
  signals_ = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  std::signal(SIGPIPE, SIG_IGN);
}

Server::~Server() {
  for (const Connection& connection : connections_) close(connection.fd);
  close(listener_);
  if (signals_ >= 0) close(signals_);
}

bool Server::run() {
  if (signals_ < 0) return say(std::string("cannot wait for signals: ") + std::strerror(errno)), false;
  while (!is_stopping_ || !connections_.empty())
    if (!wait()) return false;
  return true;
}

bool Server::wait() {
  std::vector<pollfd> waited = {{signals_, POLLIN, 0}, {may_accept() ? listener_ : -1, POLLIN, 0}};
  for (const Connection& connection : connections_)
    waited.push_back({connection.fd, static_cast<short>(connection.output.empty() ? POLLIN : POLLOUT), 0});
  if (poll(waited.data(), waited.size(), static_cast<int>(longest_wait.count())) < 0 && errno != EINTR)
    return say(std::string("cannot wait for connections: ") + std::strerror(errno)), false;
  if (waited[0].revents != 0) take_signals();
  if (Clock::now() - last_refresh_ >= between_refreshes) {
    last_refresh_ = Clock::now();
    rules_.refresh(false);
  }
  std::size_t place = 2;
  for (auto connection = connections_.begin(); connection != connections_.end();) {
    const short events = waited[place++].revents;
    const bool stays = events == 0 ? !(is_stopping_ && connection->input.empty() && connection->output.empty())
                                   : serve(*connection, events);
    if (!stays) close(connection->fd);
    connection = stays ? std::next(connection) : connections_.erase(connection);
  }
  if (waited[1].revents != 0 && may_accept()) accept_all();
  let_go_of_idle();
  return true;
}

void Server::take_signals() {
  signalfd_siginfo signal{};
  while (read(signals_, &signal, sizeof signal) == sizeof signal) {
    if (signal.ssi_signo == SIGHUP)
      rules_.refresh(true);
    else
      is_stopping_ = true;
  }
}

void Server::accept_all() {
  while (connections_.size() < options_.connections) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      connections_.push_back({fd, Clock::now()});
      continue;
    }
    if (would_block() || errno == ECONNABORTED) return;
    // what is open will end; trying at once again would only burn time
    say(std::string("cannot accept a connection: ") + std::strerror(errno));
    usleep(100'000);
    return;
  }
}

bool Server::serve(Connection& connection, short events) {
  connection.active = Clock::now();
  if ((events & POLLOUT) != 0) return write_to(connection) && answer(connection);
  if ((events & (POLLIN | POLLHUP)) != 0) return read_from(connection);
  return false;
}

bool Server::read_from(Connection& connection) {
  char bytes[piece];
  const ssize_t got = read(connection.fd, bytes, sizeof bytes);
  if (got < 0) return would_block();
  if (got == 0) return false;  // what is not whole is nobody's question, and all that is whole was answered
  connection.input.append(bytes, static_cast<std::size_t>(got));
  // a request ends with an empty line; without a line's end there is nothing new to see
  const bool has_line = std::memchr(bytes, '\n', static_cast<std::size_t>(got)) != nullptr;
  return !has_line && connection.input.size() <= longest_request ? true : answer(connection);
}

bool Server::answer(Connection& connection) {
  std::string_view rest = connection.input;
  while (connection.output.size() < piece) {
    std::size_t size = 0;
    Request request;
    const Reading reading = read_request(rest, &size, &request);
    if (reading == Reading::bad) {
      // Source: SMTPD_POLICY_README: a server logs the trouble and hangs up; Postfix then tries again, and defers
      say("a request that is none of Postfix' policy protocol");
      return false;
    }
    if (reading == Reading::more) break;
    connection.output += "action=";
    connection.output += action_for(rules_.tables(), request);
    connection.output += "\n\n";
    rest.remove_prefix(size);
  }
  connection.input.erase(0, connection.input.size() - rest.size());
  return connection.output.empty() || write_to(connection);
}

bool Server::write_to(Connection& connection) {
  while (!connection.output.empty()) {
    const ssize_t written = write(connection.fd, connection.output.data(), connection.output.size());
    if (written < 0) return would_block();
    connection.output.erase(0, static_cast<std::size_t>(written));
  }
  return true;
}

void Server::let_go_of_idle() {
  const Clock::time_point now = Clock::now();
  // Postfix opens another one when it needs it; once we stop, nobody is waited for
  const auto longest = is_stopping_ ? std::chrono::seconds(5) : options_.idle;
  std::erase_if(connections_, [&](const Connection& connection) {
    const bool is_idle = now - connection.active > longest;
    if (is_idle) close(connection.fd);
    return is_idle;
  });
}

}  // namespace relayrules::policyd
