// tcprulescheck: the drop-in for ucspi-tcp's tool that tells which rule applies to a client.
//
// It stands on the runtime library's raw step, which looks at bytes as tcpserver does, and prints what the original
// prints. Like the original, and unlike the library, it skips chunks of a value that it does not know.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/standard_descriptors.hpp"
#include "original_words.hpp"
#include "runtime/lookup.hpp"

namespace {

using relayrules::runtime::Bytes;
using relayrules::runtime::Map;
using relayrules::runtime::Outcome;
using relayrules::runtime::Query;
using relayrules::runtime::Record;

constexpr int exit_usage = 100;
constexpr int exit_system = 111;

Bytes bytes_of(const char* text) { return text == nullptr ? Bytes{} : Bytes{text, std::strlen(text)}; }

void put(Bytes bytes) { std::fwrite(bytes.data, 1, bytes.size, stdout); }

/// Prints what tcpserver does with this value; the first deny ends it. A last chunk without NUL does not count.
void print_value(Bytes value) {
  const char* end = nullptr;
  while (value.size != 0 && (end = static_cast<const char*>(std::memchr(value.data, '\0', value.size))) != nullptr) {
    const auto size = static_cast<size_t>(end - value.data);
    if (value.data[0] == 'D') {
      std::fputs("deny connection\n", stdout);
      return;
    }
    if (value.data[0] == '+') {
      std::fputs("set environment variable ", stdout);
      put({value.data + 1, size - 1});
      std::fputc('\n', stdout);
    }
    value = value.from(size + 1);
  }
  std::fputs("allow connection\n", stdout);
}

int fail(const char* path, int error) {
  const std::string_view words = core::original_words(error);
  std::fprintf(stderr, "tcprulescheck: fatal: unable to read %s: %.*s\n", path, static_cast<int>(words.size()),
               words.data());
  return exit_system;
}

/// The original says "invalid argument" of a folder, where it does not crash: what unmapping the failed map left in
/// errno.
bool is_folder(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

int check(const char* path, const Query& query) {
  const int fd = ::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd >= 0 && is_folder(fd)) return fail(path, EINVAL);
  Map map;
  if (fd < 0 || !map.open(fd)) return fail(path, errno);
  Record record;
  switch (relayrules::runtime::find_first(map, query, &record)) {
    case Outcome::corrupt: return fail(path, EPROTO);
    case Outcome::none: std::fputs("default:\nallow connection\n", stdout); break;
    case Outcome::found:
      std::fputs("rule ", stdout);
      put(record.key);
      std::fputs(":\n", stdout);
      print_value(record.value);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (!core::hold_standard_descriptors()) return exit_system;
  if (argc < 2) {
    std::fputs("tcprulescheck: usage: tcprulescheck rules.cdb\n", stderr);
    return exit_usage;
  }
  Query query;
  query.ip = bytes_of(std::getenv("TCPREMOTEIP"));
  if (!query.ip.present()) query.ip = relayrules::runtime::literal("0.0.0.0");
  query.info = bytes_of(std::getenv("TCPREMOTEINFO"));
  query.host = bytes_of(std::getenv("TCPREMOTEHOST"));
  return check(argv[1], query);
}
