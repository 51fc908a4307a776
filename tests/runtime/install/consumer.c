/*
 * A stranger's C99 program that knows nothing but the installed package.
 * run.sh compiles it in three ways (pkg-config, pkg-config --static, CMake) and compares what it prints.
 * Invariant: it must compile with -std=c99 -pedantic -Wall -Wextra -Werror; that is half of the test.
 */
#include <relayrules/relayrules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show(rr_db* db, const char* ip, const char* host) {
  rr_client client = RR_CLIENT_INIT;
  rr_result result = RR_RESULT_INIT;
  rr_status status;

  client.ip = ip;
  client.ip_len = strlen(ip);
  client.host = host;
  client.host_len = host ? strlen(host) : 0;
  status = rr_lookup(db, &client, &result);
  printf("%s %s: %s, permits %d, relay %d", ip, host ? host : "-", rr_strerror(status), rr_permits(&result, RR_ALLOW),
         result.relay);
  if (result.key) printf(", key '%.*s'", (int)result.key_len, result.key);
  printf("\n");
  if (rr_permits(&result, RR_DENY) && rr_apply_env(&result) != RR_OK) printf("not applied\n");
  rr_result_release(&result);
}

int main(int argc, char** argv) {
  rr_db* db;
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  int changed = -1;
  rr_status status;

  if (argc != 2 || edit.name != NULL) return 2;
  if (rr_open(argv[1], NULL, &db) != RR_OK) return 1;
  show(db, "10.1.2.3", NULL);
  printf("RELAYCLIENT=%s\n", getenv("RELAYCLIENT") ? getenv("RELAYCLIENT") : "(unset)");
  show(db, "::ffff:10.9.9.9", "Spam.Example.ORG");
  show(db, "192.0.2.1", NULL);
  show(db, "not an address", NULL);
  status = rr_refresh(db, &changed);
  printf("stale %d, refresh: %s, changed %d\n", rr_is_stale(db), rr_strerror(status), changed);
  rr_close(db);
  return strlen(rr_version()) == 0;
}
