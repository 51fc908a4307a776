// Reads the grants of a store: what lies under one name, and everything. grant_handle.hpp and grants.h have the
// contracts. Invariant: a file grants nothing before it was found to be a regular one of the store's owner, that none
// else can write, and to be about the address that was asked.
#include <cstdio>

#include "client.hpp"
#include "grant_handle.hpp"
#include "grant_record.hpp"
#include "grant_redis.hpp"
#include "network.hpp"

namespace relayrules::runtime {

namespace {

constexpr Bytes never_anywhere = literal("127.0.0.0/8,0.0.0.0/8,224.0.0.0/3,::/127,ff00::/8");

/// "DIR/NAME", cut short if it is long.
struct FileName {
  char text[400];
  FileName(const rr_grants& grants, const char* name) { snprintf(text, sizeof text, "%s/%s", grants.path, name); }
};

void begin(rr_grant* grant) { *grant = RR_GRANT_INIT; }

rr_status refuse(rr_grant* grant, rr_status status) {
  begin(grant);
  grant->state = RR_GRANT_BROKEN;
  return status;
}

bool is_of_owner(const struct stat& folder, const struct stat& file) {
  return file.st_uid == folder.st_uid && (file.st_mode & (S_IWGRP | S_IWOTH)) == 0 && file.st_nlink <= 1;
}

/// Reads the open file. False and errno if that fails; a file that is too long is cut, and so no record.
bool read_text_of(int fd, char (&text)[longest_record + 1], size_t* size) {
  *size = 0;
  while (*size < sizeof text) {
    const ssize_t count = read(fd, text + *size, sizeof text - *size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) return true;
    *size += static_cast<size_t>(count);
  }
  return true;
}

/// Whether the record is about the address that its file is named after.
bool is_about(const rr_grant& grant, const char* name) {
  Address address;
  unsigned bits = 0;
  char file_name[longest_grant_address];
  write_file_name(grant.address, file_name);
  return strcmp(file_name, name) == 0 && read_grant_address(grant.address, &address, &bits);
}

rr_status read_own(const rr_grants& grants, const struct stat& folder, int fd, const char* name, rr_grant* grant,
                   const struct stat& file, rr_reason* reason) {
  const FileName shown(grants, name);
  if (!is_of_owner(folder, file))
    return refuse(grant,
                  explain(reason, RR_UNSAFE, "'%s' does not belong to the store's owner alone: remove it", shown.text));
  char text[longest_record + 1];
  size_t size = 0;
  if (!read_text_of(fd, text, &size)) return refuse(grant, explain_system(reason, "read", shown.text));
  if (!read_record({text, size}, grant) || !is_about(*grant, name))
    return refuse(grant,
                  explain(reason, RR_CORRUPT, "'%s' is no record of a grant to that address: remove it", shown.text));
  believe_at_most(grants, grant);
  return RR_OK;
}

/// Copies "NAME=" out of text of "NAME=VALUE" with NULs between; nothing if it is not there.
void append_value(Bytes text, Bytes name, char* out, size_t room) {
  while (text.size != 0) {
    const size_t size = strnlen(text.data, text.size);
    if (size == text.size) return;
    if (size > name.size && equal(text.first(name.size), name)) {
      if (!write_name(text.data + name.size, out, room)) *out = '\0';
      return;
    }
    text = text.from(size + 1);
  }
}

/// What relay-ctrl-allow writes: the time of the file is that of the login, "USER=joe" and "DOMAIN=" are in it.
void read_relay_ctrl(const rr_grants& grants, int fd, const char* name, rr_grant* grant, const struct stat& file) {
  grant->time = file.st_mtime;
  grant->expires = grant->time + period_of(grants);
  snprintf(grant->address, sizeof grant->address, "%s", name);
  char text[longest_record + 1];
  size_t size = 0;
  if (!read_text_of(fd, text, &size)) return;
  append_value({text, size}, literal("USER="), grant->user, sizeof grant->user);
  char domain[sizeof grant->user] = "@";
  append_value({text, size}, literal("DOMAIN="), domain + 1, sizeof domain - 1);
  const size_t user_size = strlen(grant->user);
  if (domain[1] != '\0' && user_size + strlen(domain) < sizeof grant->user) strcpy(grant->user + user_size, domain);
}

rr_status read_open_file(const rr_grants& grants, const struct stat& folder, int fd, const char* name, long long now,
                         rr_grant* grant, rr_reason* reason) {
  const FileName shown(grants, name);
  struct stat file;
  if (fstat(fd, &file) != 0) return refuse(grant, explain_system(reason, "look at", shown.text));
  if (!S_ISREG(file.st_mode))
    return refuse(grant, explain(reason, RR_CORRUPT, "'%s' is no regular file: remove it", shown.text));
  if (grants.kind == StoreKind::own) {
    const rr_status status = read_own(grants, folder, fd, name, grant, file, reason);
    if (status != RR_OK) return status;
  } else {
    Address address;
    if (!read_ipv4({name, strlen(name)}, &address))
      return refuse(grant, explain(reason, RR_CORRUPT, "'%s' is not named after an IPv4 address", shown.text));
    read_relay_ctrl(grants, fd, name, grant, file);
  }
  Address address;
  unsigned bits = 0;
  grant->state = read_grant_address(grant->address, &address, &bits) && is_never_granted(grants, address)
                     ? RR_GRANT_NEVER
                     : state_at(*grant, now);
  return RR_OK;
}

/// Looks under the name for the first `bits` of the address.
rr_status look_under(const rr_grants& grants, const struct stat& folder, const Address& address, unsigned bits,
                     long long now, rr_grant* grant, rr_reason* reason) {
  char text[longest_grant_address];
  char name[longest_grant_address];
  write_grant_address(address, bits, text);
  write_file_name(text, name);
  return read_grant(grants, folder, name, now, grant, reason);
}

}  // namespace

bool is_never_granted(const rr_grants& grants, const Address& address) {
  if (list_covers(never_anywhere, address)) return true;
  return grants.never != nullptr && list_covers({grants.never, strlen(grants.never)}, address);
}

long long period_of(const rr_grants& grants) { return grants.options.seconds == 0 ? 900 : grants.options.seconds; }

void believe_at_most(const rr_grants& grants, rr_grant* grant) {
  const long long most = grants.options.seconds;
  if (most != 0 && grant->expires > grant->time + most) grant->expires = grant->time + most;
}

rr_status read_grant(const rr_grants& grants, const struct stat& folder, const char* name, long long now,
                     rr_grant* grant, rr_reason* reason) {
  begin(grant);
  const int fd = openat(grants.fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return RR_OK;
    const FileName shown(grants, name);
    const bool is_system = errno != ELOOP && errno != ENXIO;
    if (is_system) return refuse(grant, explain_system(reason, "open", shown.text));
    return refuse(grant, explain(reason, RR_CORRUPT, "'%s' is no regular file: remove it", shown.text));
  }
  const rr_status status = read_open_file(grants, folder, fd, name, now, grant, reason);
  close(fd);
  return status;
}

}  // namespace relayrules::runtime

using namespace relayrules::runtime;

rr_status rr_grants_lookup(rr_grants* grants, const rr_client* client, long long now, rr_grant* grant,
                           rr_reason* reason) {
  if (grant == nullptr || grant->size != sizeof *grant) return explain(reason, RR_BAD_ARGUMENT, "no room for a grant");
  begin(grant);
  if (grants == nullptr) return explain(reason, RR_BAD_ARGUMENT, "there is no store of grants");
  Address address;
  rr_status status = read_client_address(client, &address);
  if (status != RR_OK) return explain(reason, status, "%s", rr_strerror(status));
  struct stat folder;
  if (grants->redis == nullptr) status = recheck_folder(grants->fd, grants->path, grants->kind, &folder, reason);
  if (status != RR_OK) return status;
  if (is_never_granted(*grants, address)) {
    grant->state = RR_GRANT_NEVER;
    return RR_OK;
  }
  if (grants->redis != nullptr) return look_in_redis(*grants, address, now, grant, reason);
  if (grants->kind == StoreKind::relay_ctrl && !address.is_ipv4()) return RR_OK;
  status = look_under(*grants, folder, address, 128, now, grant, reason);
  const unsigned bits = grants->options.ipv6_bits;
  if (status != RR_OK || grant->state == RR_GRANT_VALID || address.is_ipv4() || bits == 128) return status;
  return look_under(*grants, folder, address, bits, now, grant, reason);
}

rr_status rr_grants_each(rr_grants* grants, long long now, rr_grants_visit visit, void* data, rr_reason* reason) {
  if (grants == nullptr || visit == nullptr) return explain(reason, RR_BAD_ARGUMENT, "there is no store of grants");
  if (grants->redis != nullptr) return each_in_redis(*grants, now, visit, data, reason);
  struct stat folder;
  const rr_status status = recheck_folder(grants->fd, grants->path, grants->kind, &folder, reason);
  if (status != RR_OK) return status;
  const bool is_read = each_name(*grants, ".", [&](const char* name) {
    if (name[0] == '.') return true;
    rr_grant grant;
    rr_reason wrong = RR_REASON_INIT;
    const rr_status found = read_grant(*grants, folder, name, now, &grant, &wrong);
    if (found == RR_OK && grant.state == RR_GRANT_NONE) return true;
    if (found != RR_OK) snprintf(grant.address, sizeof grant.address, "%.63s", name);
    return visit(data, &grant, found == RR_OK ? nullptr : wrong.text) == 0;
  });
  return is_read ? RR_OK : explain_system(reason, "list the folder", grants->path);
}
