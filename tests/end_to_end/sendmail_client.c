/* Put in front of a Sendmail daemon with LD_PRELOAD: who its next client is, and what the DNS says of him.
 *
 *   CLIENT_FILE=FILE   read at each connection: "ADDRESS", "ADDRESS NAME" or, where the name has another address,
 *                      "ADDRESS NAME forged"
 *
 * Nothing else has a name or an address, and no packet leaves. Sendmail clears its environment, so this is read before
 * it begins.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static char* file;
static int family;
static socklen_t length;
static unsigned char client[16];
static char name[256];
static int is_forged;

__attribute__((constructor)) static void read_environment(void) {
  if (getenv("CLIENT_FILE") != NULL) file = strdup(getenv("CLIENT_FILE"));
}

static void read_client(void) {
  char address[64] = "", forged[8] = "";
  FILE* text = fopen(file, "r");
  name[0] = '\0';
  if (text == NULL || fscanf(text, "%63s %255s %7s", address, name, forged) < 1) abort();
  fclose(text);
  family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
  length = family == AF_INET ? 4 : 16;
  is_forged = forged[0] != '\0';
  if (inet_pton(family, address, client) != 1) abort();
}

static void put_client(struct sockaddr* peer, socklen_t* size) {
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(40000)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(40000)};
  memcpy(&four.sin_addr, client, 4);
  memcpy(&six.sin6_addr, client, 16);
  *size = family == AF_INET ? sizeof four : sizeof six;
  memcpy(peer, family == AF_INET ? (void*)&four : (void*)&six, *size);
}

/* A daemon takes clients of its own family only, and this machine may have no IPv6: it listens on 127.0.0.1, whatever
 * it thinks. */
int socket(int kind, int type, int protocol) {
  return (int)syscall(SYS_socket, kind == AF_INET6 ? AF_INET : kind, type, protocol);
}

int bind(int descriptor, __CONST_SOCKADDR_ARG given, socklen_t size) {
  const struct sockaddr_in6* six = given.__sockaddr_in6__;
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (six->sin6_family != AF_INET6) return (int)syscall(SYS_bind, descriptor, given.__sockaddr__, size);
  four.sin_port = six->sin6_port;
  return (int)syscall(SYS_bind, descriptor, &four, sizeof four);
}

int accept(int descriptor, __SOCKADDR_ARG peer, socklen_t* size) {
  const int accepted = accept4(descriptor, NULL, NULL, 0);
  if (accepted < 0) return accepted;
  read_client();
  put_client(peer.__sockaddr__, size);
  return accepted;
}

int getpeername(int descriptor, __SOCKADDR_ARG peer, socklen_t* size) {
  (void)descriptor;
  put_client(peer.__sockaddr__, size);
  return 0;
}

/* The machine's name, for what Sendmail takes of it: classes w and m. */
int gethostname(char* host, size_t size) {
  const char own[] = "judge.example";
  if (size < sizeof own) return -1;
  memcpy(host, own, sizeof own);
  return 0;
}

static struct hostent* host_with(const unsigned char* address) {
  static unsigned char bytes[16];
  static char* addresses[2];
  static char* aliases[1];
  static struct hostent host;
  memcpy(bytes, address, length);
  addresses[0] = (char*)bytes;
  host = (struct hostent){name, aliases, family, (int)length, addresses};
  return &host;
}

static struct hostent* no_host(void) {
  h_errno = HOST_NOT_FOUND;
  return NULL;
}

struct hostent* gethostbyaddr(const void* address, socklen_t size, int kind) {
  return name[0] != '\0' && kind == family && size == length && memcmp(address, client, length) == 0 ? host_with(client)
                                                                                                     : no_host();
}

struct hostent* gethostbyname2(const char* asked, int kind) {
  unsigned char address[16];
  const size_t size = strlen(name);
  const int is_ours =
      size > 0 && strncasecmp(asked, name, size) == 0 && (asked[size] == '\0' || strcmp(asked + size, ".") == 0);
  if (!is_ours || kind != family) return no_host();
  memcpy(address, client, length);
  if (is_forged) address[length - 1] ^= 1;
  return host_with(address);
}

int res_search(const char* asked, int class, int type, unsigned char* answer, int size) {
  (void)asked, (void)class, (void)type, (void)answer, (void)size;
  h_errno = HOST_NOT_FOUND;
  return -1;
}

int res_query(const char* asked, int class, int type, unsigned char* answer, int size) {
  return res_search(asked, class, type, answer, size);
}

int res_querydomain(const char* asked, const char* domain, int class, int type, unsigned char* answer, int size) {
  (void)domain;
  return res_search(asked, class, type, answer, size);
}
