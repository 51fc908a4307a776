// relayrules-resolve: prints the name of an address, if the name leads back to that address.
//
// relayrules-env runs it for --resolve. It is a program of its own because glibc loads what it asks (hosts file, DNS,
// LDAP) at run time, which a statically linked program cannot rely on. Exit code 0 and the name in lower case, or 1 and
// the reason on standard error. Whoever runs it limits its time.
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static int fail(const char* address, const char* reason) {
  fprintf(stderr, "%s: %s\n", address, reason);
  return 1;
}

/* Letters, digits, '-', '_' and '.' alone: whatever else a resolver hands out is no name of a host. */
static int is_name(const char* name) {
  const char* allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  return name[0] != '\0' && name[0] != '-' && name[0] != '.' && strspn(name, allowed) == strlen(name);
}

static void make_lower(char* text) {
  for (; *text != '\0'; ++text) {
    if (*text >= 'A' && *text <= 'Z') *text = (char)(*text + ('a' - 'A'));
  }
}

static struct addrinfo* look_up(const char* name, int flags, int* error) {
  struct addrinfo hints;
  struct addrinfo* found = NULL;
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  *error = getaddrinfo(name, NULL, &hints, &found);
  return *error == 0 ? found : NULL;
}

static int is_same(const struct addrinfo* a, const struct addrinfo* b) {
  if (a->ai_family != b->ai_family) return 0;
  if (a->ai_family == AF_INET) {
    const struct sockaddr_in* first = (const struct sockaddr_in*)a->ai_addr;
    const struct sockaddr_in* second = (const struct sockaddr_in*)b->ai_addr;
    return first->sin_addr.s_addr == second->sin_addr.s_addr;
  }
  return memcmp(&((const struct sockaddr_in6*)a->ai_addr)->sin6_addr,
                &((const struct sockaddr_in6*)b->ai_addr)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

/* True if one of the addresses of `name` is the client's. */
static int leads_back(const char* name, const struct addrinfo* client, int* error) {
  struct addrinfo* addresses = look_up(name, 0, error);
  const struct addrinfo* found = addresses;
  while (found != NULL && !is_same(found, client)) found = found->ai_next;
  const int leads = found != NULL;
  if (addresses != NULL) freeaddrinfo(addresses);
  return leads;
}

/* A name that looks like an address would confirm itself. */
static int is_address(const char* name) {
  int error = 0;
  struct addrinfo* address = look_up(name, AI_NUMERICHOST, &error);
  if (address != NULL) freeaddrinfo(address);
  return address != NULL;
}

static int print_name(const char* address, const struct addrinfo* client) {
  char name[NI_MAXHOST];
  int error = getnameinfo(client->ai_addr, client->ai_addrlen, name, sizeof name, NULL, 0, NI_NAMEREQD);
  if (error != 0) return fail(address, gai_strerror(error));
  make_lower(name);
  const size_t size = strlen(name);
  if (size > 1 && name[size - 1] == '.') name[size - 1] = '\0';
  if (!is_name(name)) return fail(address, "its name in the DNS is none that a host can have");
  if (is_address(name)) return fail(address, "its name in the DNS is an address");
  if (leads_back(name, client, &error)) return puts(name) < 0 || fflush(stdout) != 0;
  return fail(address, error != 0 ? gai_strerror(error) : "its name in the DNS leads to other addresses");
}

int main(int argc, char** argv) {
  int error = 0;
  if (argc != 2) {
    fputs("usage: relayrules-resolve ADDRESS\n", stderr);
    return 2;
  }
  struct addrinfo* client = look_up(argv[1], AI_NUMERICHOST, &error);
  if (client == NULL) return fail(argv[1], "no IP address");
  const int code = print_name(argv[1], client);
  freeaddrinfo(client);
  return code;
}
