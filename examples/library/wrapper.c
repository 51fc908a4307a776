/* wrapper.c - stands between a super-server and an smtpd, as tcpserver -x does, and says why in its log.
 *
 *   cc -o wrapper wrapper.c $(pkg-config --cflags --libs relayrules)
 *   tcpserver 0 25 wrapper /etc/tcp.smtp.cdb qmail-smtpd
 *
 * 100: a rule denies the client. 111: nobody can tell, so he is not let in either.
 */
#include <errno.h>
#include <relayrules/relayrules.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *what, rr_status status) {
  char text[200];
  fprintf(stderr, "wrapper: %s: %s\n", what, rr_errmsg(status, text, sizeof text));
  return 111;
}

int main(int argc, char **argv) {
  rr_client client = RR_CLIENT_INIT;
  rr_result result = RR_RESULT_INIT;
  rr_db *db;
  rr_status status;
  char line[RR_LOG_LINE_SIZE];

  if (argc < 3) {
    fputs("usage: wrapper RULES.CDB PROGRAM [ARGUMENT...]\n", stderr);
    return 100;
  }
  if ((status = rr_open(argv[1], NULL, &db)) != RR_OK) return fail(argv[1], status);
  if ((status = rr_client_from_env(&client)) != RR_OK) return fail("TCPREMOTEIP", status);
  if ((status = rr_lookup(db, &client, &result)) != RR_OK) return fail(argv[1], status);
  fprintf(stderr, "wrapper: %s\n", rr_log_line(&client, &result, RR_ALLOW, NULL, line, sizeof line));
  if (!rr_permits(&result, RR_ALLOW)) return 100;                  /* who is not listed may connect, and not relay */
  if ((status = rr_apply_env(&result)) != RR_OK) return fail("environment", status); /* no RELAYCLIENT but the rule's */
  rr_result_release(&result);
  rr_close(db);
  execvp(argv[2], argv + 2);
  fprintf(stderr, "wrapper: %s: %s\n", argv[2], strerror(errno));
  return 111;
}
