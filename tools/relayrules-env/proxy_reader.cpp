// Reads headers; proxy_reader.hpp has the contract. Plain read(2) of as many bytes as are surely the header's, so that
// it works on pipes as well, behind a program that speaks TLS.
#include "proxy_reader.hpp"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "message.hpp"

namespace relayrules::env {

namespace {

constexpr const char* too_slow = "it did not come in time";

long long milliseconds_now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1'000'000;
}

/// Waits until there is something to read. NULL, or why there is not.
const char* wait_for_input(int fd, long long deadline) {
  for (;;) {
    const long long left = deadline - milliseconds_now();
    if (left <= 0) return too_slow;
    pollfd waited{fd, POLLIN, 0};
    const int ready = poll(&waited, 1, static_cast<int>(left));
    if (ready > 0) return nullptr;
    if (ready == 0) return too_slow;
    if (errno != EINTR) return words_for(errno);
  }
}

/// Reads up to `wanted` bytes and moves *size. NULL, or what went wrong.
const char* read_some(int fd, char* at, size_t wanted, size_t* size) {
  const ssize_t got = read(fd, at, wanted);
  if (got == 0) return "the connection ended before it was whole";
  if (got > 0)
    *size += static_cast<size_t>(got);
  else if (errno != EINTR && errno != EAGAIN)
    return words_for(errno);
  return nullptr;
}

}  // namespace

const char* read_proxy(int fd, unsigned seconds, ProxyHeader* header) {
  static char bytes[longest_proxy_header];
  const long long deadline = milliseconds_now() + seconds * 1000LL;
  size_t size = 0;
  while (const size_t wanted = wanted_bytes({bytes, size})) {
    if (const char* reason = wait_for_input(fd, deadline)) return reason;
    if (const char* reason = read_some(fd, bytes + size, wanted, &size)) return reason;
  }
  return read_proxy_header({bytes, size}, header);
}

}  // namespace relayrules::env
