// Finds the client; connection.hpp says where. The order: the environment, else descriptor 0; then, for a proxy, its
// header; then, if that is wanted, the name.
#include "connection.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "message.hpp"
#include "proxy_header.hpp"
#include "proxy_reader.hpp"
#include "resolved_name.hpp"
#include "runtime/network.hpp"
#include "spelt.hpp"
#include "variables.hpp"

namespace relayrules::env {

namespace {

/// No host has a longer name, and no server a longer one to tell.
constexpr size_t longest_host = 255;

struct Ends {
  ProxyEnd remote;
  ProxyEnd local;
};

bool say_no_client(Bytes text, const char* why) {
  Text message;
  message.add("cannot tell who is connected: ").add(text).add(why);
  say(message);
  return false;
}

bool set_end(const char* ip_name, const char* port_name, const ProxyEnd& end) {
  Text ip = spelt(end.address);
  Text port;
  port.add_number(end.port);
  return set_variable(ip_name, ip.c_str()) && set_variable(port_name, port.c_str());
}

/// What servers say of a client beside what set_client() sets, Debian's ucspi-tcp-ipv6 and systemd among them.
constexpr Bytes said_of_another = runtime::literal(
    "TCPREMOTEHOST,TCPREMOTEINFO,TCPLOCALHOST,TCP6REMOTEIP,TCP6REMOTEPORT,TCP6REMOTEHOST,TCP6REMOTEINFO,REMOTE_ADDR,"
    "REMOTE_PORT");

/// Makes the client that of `ends`, about whom nothing else is known.
bool set_client(const Ends& ends) {
  return remove_variables(said_of_another) && set_variable("PROTO", "TCP") &&
         set_end("TCPLOCALIP", "TCPLOCALPORT", ends.local) && set_end("TCPREMOTEIP", "TCPREMOTEPORT", ends.remote);
}

bool read_end(const sockaddr_storage& address, socklen_t size, ProxyEnd* end) {
  // both families have the port in the same place
  in_port_t port;
  memcpy(&port, reinterpret_cast<const char*>(&address) + offsetof(sockaddr_in, sin_port), sizeof port);
  end->port = ntohs(port);
  return runtime::read_socket_address({reinterpret_cast<const char*>(&address), size}, &end->address);
}

bool client_from_socket() {
  const Bytes descriptor = runtime::literal("TCPREMOTEIP is not set, and descriptor 0 ");
  sockaddr_storage peer;
  sockaddr_storage local;
  socklen_t peer_size = sizeof peer;
  socklen_t local_size = sizeof local;
  if (getpeername(STDIN_FILENO, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0 ||
      getsockname(STDIN_FILENO, reinterpret_cast<sockaddr*>(&local), &local_size) != 0) {
    switch (errno) {
      case ENOTSOCK: return say_no_client(descriptor, "is no socket");
      case EBADF: return say_no_client(descriptor, "is closed");
      default: return say_no_client(descriptor, "is not connected");
    }
  }
  Ends ends;
  if (!read_end(peer, peer_size, &ends.remote) || !read_end(local, local_size, &ends.local))
    return say_no_client(descriptor, "is a socket without IP addresses");
  return set_client(ends);
}

/// Reads TCPREMOTEIP, and writes a mapped address as what it is.
bool read_client(runtime::Address* address) {
  const Bytes ip = variable("TCPREMOTEIP");
  if (runtime::read_ipv4(ip, address)) return true;
  if (!runtime::read_ipv6(ip, address)) {
    Text text;
    text.add("TCPREMOTEIP is ").add_quoted(ip);
    return say_no_client(text.bytes(), ", which is no IPv4 or IPv6 address");
  }
  return !address->is_ipv4() || set_variable("TCPREMOTEIP", spelt(*address).c_str());
}

/// Takes the client from the header of a proxy.
bool client_from_proxy(unsigned seconds, runtime::Address* address) {
  Text proxy;
  proxy.add("the proxy ").add(variable("TCPREMOTEIP"));
  ProxyHeader header;
  if (const char* reason = read_proxy(STDIN_FILENO, seconds, &header)) {
    proxy.add(" sent no PROXY header that can be used: ");
    return say_no_client(proxy.bytes(), reason);
  }
  if (header.is_own) return true;
  *address = header.source.address;
  return set_client({header.source, header.destination});
}

/// The client's name, if it may be used.
bool read_name(const ConnectionOptions& options, Connection* connection) {
  if (options.resolves && !resolve_name(connection->ip, options.seconds, options.is_verbose)) return false;
  connection->host = variable("TCPREMOTEHOST");
  if (connection->host.size > longest_host)
    return say_no_client(runtime::literal("TCPREMOTEHOST"), " is longer than the name of any host");
  if (connection->host.size == 0) connection->host = Bytes{};
  if (connection->host.present() || options.resolves || !options.is_verbose) return true;
  Text text;
  text.add("the client has no name: TCPREMOTEHOST is not set and --resolve not given, so rules for names match nobody");
  say(text);
  return true;
}

}  // namespace

bool connect_client(const ConnectionOptions& options, Connection* connection) {
  if (!variable("TCPREMOTEIP").present() && !client_from_socket()) return false;
  if (!read_client(&connection->address)) return false;
  if (runtime::list_covers(options.proxies, connection->address) &&
      !client_from_proxy(options.seconds, &connection->address))
    return false;
  connection->ip = variable("TCPREMOTEIP");
  connection->info = variable("TCPREMOTEINFO");
  return read_name(options, connection);
}

}  // namespace relayrules::env
