// Making and inheriting: see listener.hpp.
#include "relayrules-policyd/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "relayrules-policyd/message.hpp"

namespace relayrules::policyd {

namespace {

constexpr int first_inherited = 3;

int refuse(const std::string& path, const std::string& why, int fd = -1) {
  say("cannot listen at '" + path + "': " + why);
  if (fd >= 0) close(fd);
  return -1;
}

bool address_of(const std::string& path, sockaddr_un* address) {
  *address = {};
  address->sun_family = AF_UNIX;
  if (path.size() >= sizeof address->sun_path) return false;
  std::memcpy(address->sun_path, path.data(), path.size());
  return true;
}

/// True if somebody serves the socket that is there.
bool is_served(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_served = fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) close(fd);
  return is_served;
}

/// Empty when the path is free; else why it is not.
std::string why_taken(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return errno == ENOENT ? "" : std::strerror(errno);
  if (!S_ISSOCK(status.st_mode)) return "something else than a socket is there";
  if (is_served(address)) return "another program listens there";
  return unlink(path.c_str()) == 0 ? "" : std::strerror(errno);
}

}  // namespace

int listen_at(const std::string& path, unsigned mode) {
  sockaddr_un address;
  if (path.empty() || !address_of(path, &address)) return refuse(path, "a path has 1 to 107 bytes");
  if (const std::string why = why_taken(path, address); !why.empty()) return refuse(path, why);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return refuse(path, std::strerror(errno));
  // nobody may connect before it has its permissions
  const mode_t before = umask(0777);
  const bool is_bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  umask(before);
  if (!is_bound || chmod(path.c_str(), mode) != 0 || listen(fd, SOMAXCONN) != 0)
    return refuse(path, std::strerror(errno), fd);
  return fd;
}

int inherited_listener() {
  const char* process = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (process == nullptr || count == nullptr || std::strcmp(count, "1") != 0) return -1;
  if (std::strtol(process, nullptr, 10) != static_cast<long>(getpid())) return -1;
  fcntl(first_inherited, F_SETFD, FD_CLOEXEC);
  const int flags = fcntl(first_inherited, F_GETFL);
  return flags >= 0 && fcntl(first_inherited, F_SETFL, flags | O_NONBLOCK) == 0 ? first_inherited : -1;
}

}  // namespace relayrules::policyd
