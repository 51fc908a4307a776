// Linked into the static programs in the place of glibc's getaddrinfo(): hiredis could connect by a host's name, and is
// never asked to. glibc's own would bring the readers of all sources of names with it, and the need for shared
// libraries of the same glibc.
#include <netdb.h>

extern "C" {

int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo** found) {
  *found = nullptr;
  return EAI_FAIL;
}

void freeaddrinfo(addrinfo*) {}
}
