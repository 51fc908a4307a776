// Fuzz target: any bytes as a rule file, asked about a handful of clients through the whole public interface.
// Built with libFuzzer, or with tests/fuzz/replay.cpp to feed it the files of a folder.
// Invariant: whatever the file says, views stay within it, so reading every byte of them is safe; and a failure denies.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "relayrules/relayrules.hpp"

namespace {

/// Reads every byte, so that a sanitizer or the hardware notices one that is not there.
size_t touch(std::string_view text) {
  size_t sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  return sum;
}

size_t ask(const relayrules::Database& rules, const relayrules::Client& client) {
  const relayrules::Result result = rules.lookup(client);
  const bool permitted = result.permits(relayrules::Verdict::deny);
  if (permitted && (!result.status().ok() || !result.key())) abort();
  if (result.relay() && !permitted) abort();
  size_t sum = touch(result.key().value_or(""));
  for (const auto& [name, value] : result.env()) sum += touch(name) + touch(value.value_or(""));
  return sum;
}

size_t ask_all(const relayrules::Database& rules, const uint8_t* data, size_t size) {
  using relayrules::Address;
  size_t sum = ask(rules, {.ip = "1.2.3.4", .host = "A.b.c", .info = "joe"});
  sum += ask(rules, {.ip = "::ffff:10.1.2.3", .host = ""});
  sum += ask(rules, {.ip = "2001:db8::1", .info = ""});
  const std::string_view text(reinterpret_cast<const char*>(data), size < 300 ? size : 300);
  sum += ask(rules, {.ip = text.substr(0, text.find('\0')), .host = text.substr(text.size() / 2)});
  sum += ask(rules, {.ip = Address::from_bytes(data, size < 16 ? size : 16)});
  return sum + ask(rules, {.ip = Address::from_sockaddr(data, size)});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = memfd_create("rules", MFD_CLOEXEC);
  if (fd < 0 || write(fd, data, size) != static_cast<ssize_t>(size)) abort();
  volatile size_t sum = 0;
  for (const auto scheme :
       {relayrules::Scheme::tcpserver, relayrules::Scheme::ucspi_tcp_ipv6, relayrules::Scheme::ucspi_tcp6}) {
    relayrules::Database rules;
    if (rules.open_fd(fd, scheme).ok()) sum = sum + ask_all(rules, data, size);
  }
  close(fd);
  return 0;
}
