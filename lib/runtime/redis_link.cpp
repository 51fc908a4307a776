// Connects to Redis, asks and waits; redis_link.hpp has the contract.
#include "redis_link.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <ctime>

namespace relayrules::runtime {

namespace {

/// More than any reply to us has, in bytes and in elements: what sends more is no Redis, or not ours.
constexpr size_t longest_reply = 4u << 20;
constexpr int most_elements = 20000;

long long now_in_ms() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/// The caller may have closed 0, 1 or 2, and others write there.
int above_standard(int fd) {
  if (fd < 0 || fd > 2) return fd;
  const int moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  const int error = errno;
  close(fd);
  errno = error;
  return moved;
}

sockaddr_storage address_of(const RedisStore& store) {
  sockaddr_storage address{};
  if (store.path[0] != '\0') {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    memcpy(local.sun_path, store.path, sizeof store.path);
    memcpy(&address, &local, sizeof local);
  } else if (store.address.is_ipv4()) {
    sockaddr_in ipv4{};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(store.port);
    memcpy(&ipv4.sin_addr, store.address.bytes, sizeof ipv4.sin_addr);
    memcpy(&address, &ipv4, sizeof ipv4);
  } else {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(store.port);
    memcpy(&ipv6.sin6_addr, store.address.bytes, sizeof ipv6.sin6_addr);
    memcpy(&address, &ipv6, sizeof ipv6);
  }
  return address;
}

socklen_t size_of(const sockaddr_storage& address) {
  switch (address.ss_family) {
    case AF_UNIX: return sizeof(sockaddr_un);
    case AF_INET: return sizeof(sockaddr_in);
    default: return sizeof(sockaddr_in6);
  }
}

/// Whether others could put a socket of theirs in the place of the server's.
rr_status check_folder_of(const char* path, rr_reason* reason) {
  char folder[sizeof(RedisStore::path)];
  const char* slash = strrchr(path, '/');
  const auto size = slash == path ? size_t{1} : static_cast<size_t>(slash - path);
  memcpy(folder, path, size);
  folder[size] = '\0';
  int fd = -1;
  const rr_status status = open_folder(folder, StoreKind::own, &fd, reason);
  if (status == RR_OK) close(fd);
  return status;
}

}  // namespace

RedisLink::RedisLink(const rr_grants& grants, unsigned milliseconds, rr_reason* reason)
    : grants_(grants), store_(*grants.redis), reason_(reason), milliseconds_(milliseconds) {
  renew();
}

RedisLink::~RedisLink() {
  if (reader_ != nullptr) redisReaderFree(reader_);
  if (fd_ >= 0) close(fd_);
}

void RedisLink::renew() { until_ = now_in_ms() + milliseconds_; }

rr_status RedisLink::fail(const char* what) {
  return explain(reason_, RR_SYSTEM, "cannot %s '%s': %s", what, grants_.path, strerror(errno));
}

rr_status RedisLink::wait_for(short events) {
  for (;;) {
    const long long left = until_ - now_in_ms();
    pollfd waited{fd_, events, 0};
    const int ready = left <= 0 ? 0 : poll(&waited, 1, static_cast<int>(left));
    if (ready > 0) return RR_OK;
    if (ready < 0 && errno != EINTR) return fail("wait for");
    if (ready < 0) continue;
    errno = ETIMEDOUT;
    return explain(reason_, RR_SYSTEM, "'%s' did not answer within %u ms", grants_.path, milliseconds_);
  }
}

void* RedisLink::make_array(const redisReadTask* task, int elements) {
  auto* limit = static_cast<ArrayLimit*>(task->privdata);
  if (elements > limit->elements_left) return nullptr;
  if (elements > 0) limit->elements_left -= elements;
  return limit->make(task, elements);
}

bool RedisLink::make_reader() {
  reader_ = redisReaderCreate();
  if (reader_ == nullptr) return false;
  functions_ = *reader_->fn;
  limit_.make = functions_.createArray;
  functions_.createArray = make_array;
  reader_->fn = &functions_;
  reader_->privdata = &limit_;
  return true;
}

rr_status RedisLink::connect_to_server() {
  const sockaddr_storage address = address_of(store_);
  fd_ = above_standard(socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd_ < 0) return fail("make a socket for");
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), size_of(address)) == 0) return RR_OK;
  if (errno != EINPROGRESS) return fail("connect to");
  const rr_status status = wait_for(POLLOUT);
  if (status != RR_OK) return status;
  int error = 0;
  socklen_t error_size = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &error_size) != 0) error = errno;
  errno = error;
  return error == 0 ? RR_OK : fail("connect to");
}

rr_status RedisLink::log_in() {
  if (store_.user[0] == '\0' && store_.password[0] == '\0') return RR_OK;
  RedisCommand command;
  command.add("AUTH");
  if (store_.user[0] != '\0') command.add(store_.user);
  RedisReply reply;
  return ask(command.add(store_.password), REDIS_REPLY_STATUS, &reply);
}

rr_status RedisLink::open() {
  if (!make_reader()) return explain(reason_, RR_SYSTEM, "out of memory");
  rr_status status = store_.path[0] == '\0' ? RR_OK : check_folder_of(store_.path, reason_);
  if (status == RR_OK) status = connect_to_server();
  return status == RR_OK ? log_in() : status;
}

rr_status RedisLink::send_all(Bytes text) {
  while (text.size != 0) {
    const ssize_t sent = send(fd_, text.data, text.size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return fail("ask");
    if (sent > 0) text = text.from(static_cast<size_t>(sent));
    const rr_status status = sent < 0 ? wait_for(POLLOUT) : RR_OK;
    if (status != RR_OK) return status;
  }
  return RR_OK;
}

rr_status RedisLink::receive(RedisReply* reply) {
  limit_.elements_left = most_elements;
  char piece[16384];
  for (size_t size = 0; size < longest_reply;) {
    const rr_status status = wait_for(POLLIN);
    if (status != RR_OK) return status;
    const ssize_t got = recv(fd_, piece, sizeof piece, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return fail("read from");
    if (got == 0) errno = ECONNRESET;
    if (got == 0) return fail("read from");
    size += static_cast<size_t>(got);
    void* read = nullptr;
    if (redisReaderFeed(reader_, piece, static_cast<size_t>(got)) != REDIS_OK ||
        redisReaderGetReply(reader_, &read) != REDIS_OK)
      return explain(reason_, RR_CORRUPT, "'%s' does not speak as Redis does: %s", grants_.path, reader_->errstr);
    if (read == nullptr) continue;
    reply->take(read);
    if (reader_->pos == reader_->len) return RR_OK;
    return explain(reason_, RR_CORRUPT, "'%s' does not speak as Redis does: more than was asked for", grants_.path);
  }
  return explain(reason_, RR_CORRUPT, "'%s' does not speak as Redis does: a reply without end", grants_.path);
}

rr_status RedisLink::ask(const RedisCommand& command, RedisReply* reply) {
  char* text = nullptr;
  const int size = redisFormatCommandArgv(&text, command.count, const_cast<const char**>(command.words), command.sizes);
  if (size < 0) return explain(reason_, RR_SYSTEM, "out of memory");
  rr_status status = send_all({text, static_cast<size_t>(size)});
  redisFreeCommand(text);
  if (status == RR_OK) status = receive(reply);
  return status;
}

rr_status RedisLink::ask(const RedisCommand& command, int type, RedisReply* reply) {
  const rr_status status = ask(command, reply);
  return status == RR_OK && !reply->is(type) ? refuse(*reply) : status;
}

rr_status RedisLink::refuse(const RedisReply& reply) {
  if (!reply.is(REDIS_REPLY_ERROR))
    return explain(reason_, RR_CORRUPT, "'%s' does not speak as Redis does: an answer to something else", grants_.path);
  errno = EREMOTEIO;
  return explain(reason_, RR_SYSTEM, "'%s' says: %.200s%s", grants_.path, reply->str,
                 reply.is_error("NOAUTH") ? " (name them: user=, password-file=)" : "");
}

}  // namespace relayrules::runtime
