// relayrules-env: runs between the program that accepts connections and the mail server, for each connection.
//
//   command line -> clean environment -> client (connection.hpp) -> decision (decision.hpp), grant (grant.hpp)
//     -> environment -> PROG
//
// Linked statically, without the C++ run-time: starting it costs less than the original's tcprulescheck. What a reader
// would get wrong: RELAYCLIENT is removed before anything else, and only a rule or a grant brings it back.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "message.hpp"
#include "options.hpp"
#include "variables.hpp"

namespace relayrules::env {

namespace {

void log_decision(const Connection& connection, const Decision& decision, const rr_grant* grant) {
  const rr_client client = client_of(connection);
  char line[RR_LOG_LINE_SIZE];
  Text text;
  say(text.add(
      rr_log_line(&client, &decision.result, RR_ALLOW, grant == nullptr ? nullptr : grant->user, line, sizeof line)));
}

void add_edit(const rr_env_edit& edit, Text* text) {
  text->add(edit.value == nullptr ? "  unset  " : "  env    ").add_first_line({edit.name, edit.name_len});
  if (edit.value != nullptr) text->add("=\"").add_first_line({edit.value, edit.value_len}).add("\"");
  text->add("\n");
}

/// As "relayrules lookup" prints it.
int print_decision(const Connection& connection, const Decision& decision, const rr_grant* grant,
                   const Options& options) {
  Text text;
  text.add(connection.ip).add(decision.allows() ? ": allow" : ": deny");
  text.add(decision.relays() || grant != nullptr ? ", may send to any domain\n" : "\n");
  if (!decision.rule().present())
    text.add("  nothing matched: clients that no rule is about are allowed\n");
  else if (decision.rule().size == 0)
    text.add("  key    (the empty key)\n");
  else
    text.add(options.rules.daemon != nullptr ? "  rule   " : "  key    ").add_first_line(decision.rule()).add("\n");
  bool is_written = write_all(STDOUT_FILENO, text.bytes());
  size_t cursor = 0;
  rr_env_edit edit = RR_ENV_EDIT_INIT;
  while (is_written && decision.allows() && rr_env_next(&decision.result, &cursor, &edit) != 0) {
    Text line;
    add_edit(edit, &line);
    is_written = write_all(STDOUT_FILENO, line.bytes());
  }
  if (is_written && grant != nullptr) {
    Text line;
    line.add("  grant  ").add_first_line(bytes_of(grant->user)).add("\n");
    is_written = write_all(STDOUT_FILENO, line.bytes()) &&
                 each_setting(options.grants, decision, [](const char* name, const char* value) {
                   Text setting;
                   add_edit({sizeof(rr_env_edit), name, strlen(name), value, strlen(value)}, &setting);
                   return write_all(STDOUT_FILENO, setting.bytes());
                 });
  }
  if (!is_written) return exit_failed;
  return decision.allows() ? exit_fine : exit_denied;
}

/// Turns the client away: silently, or with a line of SMTP.
int deny(const Options& options) {
  if (!options.greet_deny.present()) return exit_denied;
  signal(SIGPIPE, SIG_IGN);
  Text line;
  line.add("554 ").add(options.greet_deny).add("\r\n");
  if (!write_all(STDOUT_FILENO, line.bytes())) return exit_denied;
  // what the client has sent already and nobody read would take the line away from it, with a reset
  shutdown(STDOUT_FILENO, SHUT_WR);
  char unread[1024];
  while (recv(STDIN_FILENO, unread, sizeof unread, MSG_DONTWAIT) > 0) {
  }
  return exit_denied;
}

int run(const Options& options) {
  execvp(options.program[0], options.program);
  const int reason = errno;
  Text text;
  text.add("cannot run ").add_quoted(bytes_of(options.program[0])).add(": ").add(words_for(reason));
  return fail(text);
}

/// PROG needs 0 and 1, and whatever were opened in their place would be taken for the connection.
bool has_connection() {
  for (int fd = STDIN_FILENO; fd <= STDOUT_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    Text text;
    text.add("descriptor ").add_number(static_cast<unsigned long>(fd)).add(" is closed: there is no connection");
    say(text);
    return false;
  }
  return true;
}

/// Nobody hears what is said then, but nothing else must get into that place.
bool holds_standard_error() {
  return fcntl(STDERR_FILENO, F_GETFD) >= 0 || open("/dev/null", O_WRONLY) == STDERR_FILENO;
}

int serve(const Options& options) {
  if (!remove_variables(runtime::literal("RELAYCLIENT")) || !remove_variables(options.clean)) return exit_failed;
  Connection connection;
  if (!connect_client(options.connection, &connection)) return exit_failed;
  Decision decision;
  if (!decide(options.rules, connection, &decision)) return exit_failed;
  rr_grant found = RR_GRANT_INIT;
  const rr_grant* grant = is_granted(options.grants, connection, decision, &found) ? &found : nullptr;
  if (options.logs) log_decision(connection, decision, grant);
  if (options.is_dry_run) return print_decision(connection, decision, grant, options);
  if (!decision.allows()) return deny(options);
  if (rr_apply_env(&decision.result) != RR_OK) {
    Text text;
    return fail(text.add("cannot set the environment: ").add(words_for(errno)));
  }
  if (grant != nullptr && !each_setting(options.grants, decision, set_variable)) return exit_failed;
  return run(options);
}

}  // namespace

}  // namespace relayrules::env

int main(int argc, char** argv) {
  using namespace relayrules::env;
  if (!has_connection() || !holds_standard_error()) return exit_failed;
  Options options;
  switch (read_options(argc, argv, &options)) {
    case Usage::shown: return exit_fine;
    case Usage::wrong: return exit_denied;
    case Usage::run: break;
  }
  return serve(options);
}
