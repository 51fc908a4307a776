// relayrules-grant: runs behind the password check of a POP or IMAP server and records from where somebody logged in.
//
//   command line -> store -> grant -> PROG
//
// What a reader would get wrong: whatever fails about the grant, PROG is run. A mail that cannot be sent is a nuisance,
// a mailbox that cannot be read is an outage. Only a command line in which PROG cannot be found, and a set-uid program
// that cannot give its rights up, end in an error.
// Linked statically and without the C++ run-time: it is started at each login.
#include <fcntl.h>
#include <getopt.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "relayrules/grants.h"

namespace {

constexpr int exit_usage = 100;
constexpr int exit_system = 111;

constexpr const char help_text[] =
    "Usage: relayrules-grant [options] --grants STORE PROG [ARGS...]\n"
    "Record that somebody logged in from the client's address, so that it may relay for a while, and run PROG.\n"
    "\n"
    "  -g, --grants STORE   A folder that none but its owner can write, or redis:/SOCKET, redis://127.0.0.1:6379\n"
    "      --ip ADDRESS     The client's address; default: $TCPREMOTEIP\n"
    "      --user NAME      Who logged in; default: $USER\n"
    "      --service NAME   Through what, for the record: pop3, imap\n"
    "      --seconds N      For how long, 1 to 86400 (900)\n"
    "      --ipv6-bits N    For how many bits of an IPv6 address, 48 to 128 (128)\n"
    "      --never NETS     Gateways, proxies: addresses and networks, with commas between them\n"
    "  -x, --rules FILE     Grant nothing to whom these compiled rules deny\n"
    "      --per-user N     Addresses that a user may have at a time, up to 64; 0: any number (10)\n"
    "      --in-total N     Grants that the store may hold; 0: any number (100000)\n"
    "  -v, --verbose        Say what was granted, too\n"
    "  -h, --help           Print this help\n"
    "      --version        Print the version\n"
    "\n"
    "Whatever fails about the grant is said in one line on standard error, and PROG is run. Exit codes:\n"
    "  100  there is no PROG, or no such option\n"
    "  111  PROG cannot be run\n";

struct Options {
  const char* store = nullptr;
  const char* ip = nullptr;
  const char* user = nullptr;
  const char* service = nullptr;
  const char* rules = nullptr;
  bool is_verbose = false;
  const char* wrong = nullptr;  ///< the option whose value cannot be used
  rr_grants_options grants = RR_GRANTS_OPTIONS_INIT;
  char** program = nullptr;
};

enum Letter : int { ip = 256, user, service, seconds, ipv6_bits, never, per_user, in_total, version };

constexpr option long_options[] = {{"grants", required_argument, nullptr, 'g'},
                                   {"ip", required_argument, nullptr, ip},
                                   {"user", required_argument, nullptr, user},
                                   {"service", required_argument, nullptr, service},
                                   {"seconds", required_argument, nullptr, seconds},
                                   {"ipv6-bits", required_argument, nullptr, ipv6_bits},
                                   {"never", required_argument, nullptr, never},
                                   {"rules", required_argument, nullptr, 'x'},
                                   {"per-user", required_argument, nullptr, per_user},
                                   {"in-total", required_argument, nullptr, in_total},
                                   {"verbose", no_argument, nullptr, 'v'},
                                   {"help", no_argument, nullptr, 'h'},
                                   {"version", no_argument, nullptr, version},
                                   {nullptr, 0, nullptr, 0}};

/// Says a line. What others wrote of it is printable afterwards.
void say(const char* what, const char* of, const char* why) {
  char line[1024];
  snprintf(line, sizeof line - 1, "relayrules-grant: %s%s%s", what, of, why);
  for (char* at = line; *at != '\0'; ++at) {
    if (*at < ' ' || *at > '~') *at = '?';
  }
  const size_t size = strlen(line);
  line[size] = '\n';
  if (write(STDERR_FILENO, line, size + 1) < 0) return;  // nobody listens
}

/// A number from 1 (or 0, where that means something) to `most`; else the option is noted as wrong.
unsigned read_number(const char* name, unsigned least, unsigned most, unsigned standard, Options* options) {
  unsigned number = 0;
  const char* at = optarg;
  while (*at >= '0' && *at <= '9' && number <= most / 10) number = number * 10 + static_cast<unsigned>(*at++ - '0');
  if (*at == '\0' && at != optarg && number >= least && number <= most) return number;
  options->wrong = name;
  return standard;
}

/// False at an option that asks for something else than to go on.
bool take_option(int letter, Options* options) {
  rr_grants_options& grants = options->grants;
  switch (letter) {
    case 'g': options->store = optarg; return true;
    case 'x': options->rules = optarg; return true;
    case 'v': options->is_verbose = true; return true;
    case ip: options->ip = optarg; return true;
    case user: options->user = optarg; return true;
    case service: options->service = optarg; return true;
    case never: grants.never = *optarg == '\0' ? nullptr : optarg; return true;
    case seconds: grants.seconds = read_number("--seconds", 1, 86400, 900, options); return true;
    case ipv6_bits: grants.ipv6_bits = read_number("--ipv6-bits", 48, 128, 128, options); return true;
    case per_user: grants.per_user = read_number("--per-user", 0, 64, 10, options); return true;
    case in_total: grants.in_total = read_number("--in-total", 0, 1000000000, 100000, options); return true;
    default: return false;
  }
}

int print(const char* text) {
  return write(STDOUT_FILENO, text, strlen(text)) == static_cast<ssize_t>(strlen(text)) ? 0 : exit_system;
}

/// Reads the command line. -1: go on; else it is the exit code.
int read_options(int argc, char** argv, Options* options) {
  opterr = 0;
  int letter = 0;
  while ((letter = getopt_long(argc, argv, "+:g:x:vh", long_options, nullptr)) != -1) {
    if (letter == 'h') return print(help_text);
    if (letter == version) return print("relayrules-grant " RELAYRULES_VERSION "\n");
    if (take_option(letter, options)) continue;
    const char* wrong = argv[optind - 1];
    say(wrong, letter == ':' ? ": a value is missing" : ": there is no such option, or it takes no value",
        "; 'relayrules-grant --help' tells more");
    return exit_usage;
  }
  options->program = argv + optind;
  if (optind < argc) return -1;
  say("there is no PROG to run", "", "; 'relayrules-grant --help' tells more");
  return exit_usage;
}

/// Descriptors 0 to 2 that are closed are occupied until PROG runs: else what is said here would be written to whatever
/// is opened in their place.
void hold_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR | O_CLOEXEC) != fd) return;
  }
}

/// A full disk, a quota or a reader that is gone are errors, and no reason to end. PROG gets the signals as they were.
class IgnoredSignals {
 public:
  IgnoredSignals() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, &pipe_);
    sigaction(SIGXFSZ, &ignore, &size_);
  }
  void restore() const {
    sigaction(SIGPIPE, &pipe_, nullptr);
    sigaction(SIGXFSZ, &size_, nullptr);
  }

 private:
  struct sigaction pipe_ {};
  struct sigaction size_ {};
};

rr_client client_of(const char* address) {
  rr_client client = RR_CLIENT_INIT;
  client.ip = address;
  client.ip_len = strlen(address);
  client.host = getenv("TCPREMOTEHOST");
  client.host_len = client.host == nullptr ? 0 : strlen(client.host);
  client.info = getenv("TCPREMOTEINFO");
  client.info_len = client.info == nullptr ? 0 : strlen(client.info);
  return client;
}

/// True if the rules could be asked and do not deny the client; else the reason.
bool is_let_in(const char* rules, const rr_client& client, rr_reason* reason) {
  rr_db* database = nullptr;
  rr_result result = RR_RESULT_INIT;
  rr_status status = rr_open(rules, nullptr, &database);
  if (status == RR_OK) status = rr_lookup(database, &client, &result);
  const int error = errno;
  const bool permits = rr_permits(&result, RR_ALLOW) != 0;
  if (status != RR_OK)
    snprintf(reason->text, sizeof reason->text, "cannot ask '%s': %s", rules,
             status == RR_SYSTEM ? strerror(error) : rr_strerror(status));
  else if (!permits)
    snprintf(reason->text, sizeof reason->text, "'%s' denies this client", rules);
  rr_result_release(&result);
  rr_close(database);
  return status == RR_OK && permits;
}

/// Records the grant; false and the reason.
bool record(const Options& options, const char* address, const char* name, rr_reason* reason) {
  const auto is_refused = [&](const char* why) {
    snprintf(reason->text, sizeof reason->text, "%s", why);
    return false;
  };
  if (geteuid() == 0 && getuid() != 0) return is_refused("relayrules-grant must not be set-uid root");
  if (options.store == nullptr) return is_refused("no store is named: --grants STORE");
  if (address == nullptr) return is_refused("TCPREMOTEIP is not set, and there is no --ip");
  if (options.wrong != nullptr) {
    snprintf(reason->text, sizeof reason->text, "the value of %s is no number in its range", options.wrong);
    return false;
  }
  const rr_client client = client_of(address);
  if (options.rules != nullptr && !is_let_in(options.rules, client, reason)) return false;
  rr_grants* grants = nullptr;
  rr_status status = rr_grants_open(options.store, &options.grants, &grants, reason);
  if (status == RR_OK) status = rr_grants_add(grants, &client, name, options.service, time(nullptr), reason);
  rr_grants_close(grants);
  return status == RR_OK;
}

void grant(const Options& options) {
  const char* address = options.ip != nullptr ? options.ip : getenv("TCPREMOTEIP");
  const char* name = options.user != nullptr ? options.user : getenv("USER");
  rr_reason reason = RR_REASON_INIT;
  const bool is_recorded = record(options, address, name, &reason);
  if (is_recorded && !options.is_verbose) return;
  char whom[400];
  snprintf(whom, sizeof whom, "%.60s to %.255s", address == nullptr ? "(no address)" : address,
           name == nullptr ? "(no name)" : name);
  if (is_recorded)
    say("granted ", whom, "");
  else {
    strncat(whom, ": ", sizeof whom - strlen(whom) - 1);
    say("not granted ", whom, reason.text);
  }
}

/// The rights of a set-uid program are for the store, and not for PROG.
bool drop_rights() {
  const gid_t group = getgid();
  const uid_t owner = getuid();
  return setresgid(group, group, group) == 0 && setresuid(owner, owner, owner) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_descriptors();
  const IgnoredSignals signals;
  Options options;
  const int code = read_options(argc, argv, &options);
  if (code >= 0) return code;
  grant(options);
  if ((getuid() != geteuid() || getgid() != getegid()) && !drop_rights()) {
    say("cannot give up the rights of the store's owner: ", strerror(errno), "");
    return exit_system;
  }
  signals.restore();
  execvp(options.program[0], options.program);
  say("cannot run ", options.program[0], errno == ENOENT ? ": there is no such program" : ": it cannot be executed");
  return exit_system;
}
