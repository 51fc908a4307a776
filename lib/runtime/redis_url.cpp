// Reads the text that names a store in Redis; redis_url.hpp has its grammar.
#include "redis_url.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "network.hpp"

namespace relayrules::runtime {

namespace {

constexpr Bytes scheme = literal("redis:");

/// Takes what stands before `mark` off the text, and the mark. Without a mark it is all.
Bytes take_until(Bytes* text, char mark) {
  const void* found = text->size == 0 ? nullptr : memchr(text->data, mark, text->size);
  const size_t size = found == nullptr ? text->size : static_cast<size_t>(static_cast<const char*>(found) - text->data);
  const Bytes taken = text->first(size);
  *text = found == nullptr ? Bytes{} : text->from(size + 1);
  return taken;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Copies printable bytes without blanks, %XX read. False if there are others, or no room.
bool take_value(Bytes text, char* out, size_t room) {
  size_t size = 0;
  for (size_t i = 0; i < text.size; ++i) {
    int byte = static_cast<unsigned char>(text.data[i]);
    if (byte == '%') {
      if (i + 2 >= text.size) return false;
      const int high = hex_value(text.data[i + 1]);
      const int low = hex_value(text.data[i + 2]);
      if (high < 0 || low < 0) return false;
      byte = high * 16 + low;
      i += 2;
    }
    if (byte <= ' ' || byte > '~' || size + 1 >= room) return false;
    out[size++] = static_cast<char>(byte);
  }
  out[size] = '\0';
  return true;
}

bool take_count(Bytes text, unsigned most, unsigned* number) {
  *number = 0;
  if (text.size == 0 || text.size > 5) return false;
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    *number = *number * 10 + static_cast<unsigned>(text.data[i] - '0');
  }
  return *number >= 1 && *number <= most;
}

int shown(Bytes text) { return text.size > 100 ? 100 : static_cast<int>(text.size); }

rr_status refuse(rr_reason* reason, Bytes what, const char* why) {
  return explain(reason, RR_BAD_ARGUMENT, "the store's name: '%.*s' %s", shown(what), what.data, why);
}

/// "127.0.0.1:6379" and the like.
rr_status read_place(Bytes text, RedisStore* store, rr_reason* reason) {
  const Bytes whole = text;
  if (memchr(text.data, '@', text.size) != nullptr)
    return refuse(reason, literal("@"), "is not read: write ?user=NAME&password-file=FILE");
  const bool has_brackets = text.size != 0 && text.data[0] == '[';
  if (has_brackets) text = text.from(1);
  const Bytes host = take_until(&text, has_brackets ? ']' : ':');
  bool is_right = read_text(host, &store->address) && store->address.is_ipv4() != has_brackets;
  if (has_brackets) {
    is_right = is_right && text.present() && (text.size == 0 || text.data[0] == ':');
    text = text.size == 0 ? Bytes{} : text.from(1);
  }
  constexpr unsigned char loopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  const bool is_here =
      is_right && (has_brackets ? memcmp(store->address.bytes, loopback, 16) == 0 : store->address.bytes[0] == 127);
  if (!is_here)
    return refuse(reason, whole,
                  "is no UNIX socket (redis:/PATH) and no loopback address (redis://127.0.0.1:6379, redis://[::1]): "
                  "let a replica beside this server, or a tunnel, speak to other machines");
  unsigned port = 6379;
  if (text.present() && !take_count(text, 65535, &port)) return refuse(reason, text, "is no port");
  store->port = static_cast<uint16_t>(port);
  return RR_OK;
}

rr_status explain_open(rr_reason* reason, const char* action, const char* path, int fd) {
  const rr_status status = explain_system(reason, action, path);
  if (fd >= 0) close(fd);
  return status;
}

/// The first line of the file, which none but its owner and group may read.
rr_status read_password(const char* path, RedisStore* store, rr_reason* reason) {
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0) return explain_open(reason, "open", path, fd);
  const ssize_t size = read(fd, store->password, sizeof store->password);
  if (size < 0) return explain_open(reason, "read", path, fd);
  close(fd);
  if (!S_ISREG(status.st_mode)) return explain(reason, RR_BAD_ARGUMENT, "'%s' is no regular file", path);
  if ((status.st_mode & (S_IROTH | S_IWGRP | S_IWOTH)) != 0)
    return explain(reason, RR_UNSAFE, "'%s' holds a password, and others can read or write it: chmod o=,g-w '%s'", path,
                   path);
  Bytes rest{store->password, static_cast<size_t>(size)};
  const Bytes line = take_until(&rest, '\n');
  if (line.size == 0 || line.size == sizeof store->password || contains_nul(line))
    return explain(reason, RR_BAD_ARGUMENT, "the first line of '%s' is no password of 1 to %zu bytes", path,
                   sizeof store->password - 1);
  store->password[line.size] = '\0';
  return RR_OK;
}

rr_status read_option(Bytes text, RedisStore* store, rr_reason* reason) {
  Bytes value = text;
  const Bytes name = take_until(&value, '=');
  char file[PATH_MAX];
  if (equal(name, literal("prefix")))
    return take_value(value, store->prefix, sizeof store->prefix)
               ? RR_OK
               : refuse(reason, value, "is no prefix of keys: printable, without blanks, up to 127 bytes");
  if (equal(name, literal("user")))
    return value.size != 0 && take_value(value, store->user, sizeof store->user)
               ? RR_OK
               : refuse(reason, value, "is no name of a user: printable, without blanks, up to 127 bytes");
  if (equal(name, literal("timeout")))
    return take_count(value, 10000, &store->timeout_ms) ? RR_OK
                                                        : refuse(reason, value, "is not 1 to 10000 milliseconds");
  if (equal(name, literal("password-file")))
    return take_value(value, file, sizeof file) && file[0] == '/' ? read_password(file, store, reason)
                                                                  : refuse(reason, value, "is no absolute path");
  return refuse(reason, text, "is none of prefix=, user=, password-file= and timeout=");
}

}  // namespace

bool is_redis_url(const char* name) { return strncmp(name, scheme.data, scheme.size) == 0; }

rr_status read_redis_url(const char* name, RedisStore* store, rr_reason* reason) {
  *store = RedisStore{"", {}, 0, "rr/", "", "", 100};
  Bytes options{name + scheme.size, strlen(name + scheme.size)};
  Bytes place = take_until(&options, '?');
  rr_status status = RR_OK;
  const bool has_authority = place.size >= 2 && memcmp(place.data, "//", 2) == 0;
  if (has_authority) place = place.from(2);
  if (place.size != 0 && place.data[0] == '/') {
    if (!take_value(place, store->path, sizeof store->path))
      return refuse(reason, place, "is no path of a socket: up to 107 bytes, printable, without blanks");
  } else {
    status = has_authority ? read_place(place, store, reason) : refuse(reason, place, "does not begin with '/'");
  }
  while (status == RR_OK && options.present()) status = read_option(take_until(&options, '&'), store, reason);
  return status;
}

}  // namespace relayrules::runtime
