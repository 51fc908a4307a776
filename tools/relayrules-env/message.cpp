// Writes messages; message.hpp says where to.
#include "message.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>

namespace relayrules::env {

namespace {

/// Standard error is the connection itself.
bool is_heard_by_client() {
  struct stat error;
  struct stat input;
  return fstat(STDERR_FILENO, &error) == 0 && S_ISSOCK(error.st_mode) && fstat(STDIN_FILENO, &input) == 0 &&
         error.st_dev == input.st_dev && error.st_ino == input.st_ino;
}

/// One datagram, as syslog(3) sends it, of facility mail and severity info. Nobody can be told that it failed.
void send_to_syslog(Bytes line) {
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  sockaddr_un log{};
  log.sun_family = AF_UNIX;
  memcpy(log.sun_path, "/dev/log", sizeof "/dev/log");
  if (connect(fd, reinterpret_cast<const sockaddr*>(&log), sizeof log) == 0) {
    Text packet;
    packet.add("<22>relayrules-env[").add_number(static_cast<unsigned long>(getpid())).add("]: ").add(line);
    const Bytes bytes = packet.bytes();
    [[maybe_unused]] const ssize_t sent = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  close(fd);
}

}  // namespace

void say(Text& text) {
  if (is_heard_by_client()) return send_to_syslog(text.bytes());
  Text line;
  line.add("relayrules-env: ").add(text.bytes()).add("\n");
  write_all(STDERR_FILENO, line.bytes());
}

int fail(Text& text) {
  say(text);
  return exit_failed;
}

const char* words_for(int error) { return strerror(error); }

bool write_all(int fd, Bytes text) {
  while (text.size != 0) {
    const ssize_t written = write(fd, text.data, text.size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text = text.from(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace relayrules::env
