// Reads the command line: a table of options, and what each does. Options end at the first word that is none, which is
// PROG: what stands behind it is PROG's own.
#include "options.hpp"

#include <unistd.h>

#include "message.hpp"
#include "runtime/network.hpp"

namespace relayrules::env {

namespace {

constexpr const char help_text[] =
    "Usage: relayrules-env [options] -x RULES.cdb PROG [ARGS...]\n"
    "       relayrules-env [options] --hosts-access DAEMON PROG [ARGS...]\n"
    "Look a client up, turn it away or set PROG's environment as the rules say, and run PROG.\n"
    "\n"
    "  -x, --rules FILE        Ask these compiled rules\n"
    "  -X, --allow-missing     Allow everybody if that file does not exist\n"
    "      --program NAME      For which program it was compiled: tcpserver, ucspi-tcp-ipv6, ucspi-tcp6\n"
    "      --hosts-access DAEMON\n"
    "                          Ask hosts.allow and hosts.deny instead, for this daemon\n"
    "      --hosts-folder DIR  Where these two lie (/etc)\n"
    "      --grants STORE      Let relay, too, who logged in elsewhere, as relayrules-grant records it\n"
    "      --grant-seconds N   Believe a grant no longer, and so long one that records no period (900)\n"
    "      --grant-set NAME=VALUE\n"
    "                          What a grant sets beside RELAYCLIENT, unless the rule does; may be given again\n"
    "      --ipv6-bits N       For how many bits of an IPv6 address grants are, 48 to 128 (128)\n"
    "      --never NETS        Addresses and networks that have no grant: gateways, proxies\n"
    "      --clean NAMES       Remove these variables first, beside RELAYCLIENT; with commas between them\n"
    "      --proxy-protocol NETS\n"
    "                          Take the client from the PROXY header that these addresses and networks send\n"
    "      --resolve           Look the client's name up, and confirm it\n"
    "      --timeout SECONDS   For a PROXY header, for a name, for hosts.allow and hosts.deny (5)\n"
    "      --greet-deny TEXT   Say \"554 TEXT\" to a client that is turned away\n"
    "      --dry-run           Print the decision and its rule; do not run PROG\n"
    "      --log               Say who came and what was decided, in one line\n"
    "  -v, --verbose           Say what is passed over, too\n"
    "  -h, --help              Print this help\n"
    "      --version           Print the version\n"
    "\n"
    "Exit codes:\n"
    "  100  the client is turned away, or the command line is wrong\n"
    "  111  nobody can tell what holds for the client, or PROG cannot be run; the reason is on standard error\n";

bool is_one_of(Bytes word, const char* name, char letter) {
  if (word.size == 2 && word.data[0] == '-') return letter != '\0' && word.data[1] == letter;
  return word.size > 2 && word.data[0] == '-' && word.data[1] == '-' && equal(word.from(2), bytes_of(name));
}

bool say_wrong(const char* option, const char* what) {
  Text text;
  text.add(option).add(": ").add(what).add("; 'relayrules-env --help' tells more");
  say(text);
  return false;
}

/// 1 to `most`. False at anything else.
bool read_number(const char* value, unsigned most, unsigned* number) {
  *number = 0;
  for (const char* at = value; *at != '\0'; ++at) {
    if (*at < '0' || *at > '9' || *number > most / 10) return false;
    *number = *number * 10 + static_cast<unsigned>(*at - '0');
  }
  return *number >= 1 && *number <= most;
}

bool read_seconds(const char* value, Options* options) {
  unsigned seconds = 0;
  if (!read_number(value, 9999, &seconds)) return say_wrong("--timeout", "not 1 to 9999 seconds");
  options->connection.seconds = seconds;
  options->rules.seconds = seconds;
  return true;
}

bool read_grant_seconds(const char* value, Options* options) {
  unsigned seconds = 0;
  if (!read_number(value, 86400, &seconds)) return say_wrong("--grant-seconds", "not 1 to 86400 seconds");
  options->grants.seconds = static_cast<long>(seconds);
  return true;
}

bool read_ipv6_bits(const char* value, Options* options) {
  unsigned* bits = &options->grants.ipv6_bits;
  return (read_number(value, 128, bits) && *bits >= 48) || say_wrong("--ipv6-bits", "not 48 to 128");
}

bool read_grant_setting(const char* value, Options* options) {
  const char* equals = strchr(value, '=');
  if (equals == nullptr || equals == value || equals - value > 1000)
    return say_wrong("--grant-set", "not a variable's name, '=' and its value");
  GrantOptions& grants = options->grants;
  if (grants.setting_count == GrantOptions::most_settings) return say_wrong("--grant-set", "more than 32");
  grants.settings[grants.setting_count++] = value;
  return true;
}

bool read_proxies(const char* value, Options* options) {
  options->connection.proxies = bytes_of(value);
  Bytes wrong;
  if (runtime::is_network_list(options->connection.proxies, &wrong)) return true;
  Text text;
  text.add("--proxy-protocol: ").add_quoted(wrong).add(" is no address and no network such as 192.0.2.0/24");
  say(text);
  return false;
}

bool read_program(const char* value, Options* options) {
  constexpr const char* names[] = {"tcpserver", "ucspi-tcp-ipv6", "ucspi-tcp6"};
  constexpr rr_scheme schemes[] = {RR_TCPSERVER, RR_UCSPI_TCP_IPV6, RR_UCSPI_TCP6};
  for (size_t i = 0; i < 3; ++i) {
    if (strcmp(value, names[i]) != 0) continue;
    options->rules.scheme = schemes[i];
    return true;
  }
  return say_wrong("--program", "none of tcpserver, ucspi-tcp-ipv6 and ucspi-tcp6");
}

bool read_clean(const char* value, Options* options) {
  options->clean = bytes_of(value);
  Bytes rest = options->clean;
  Bytes word;
  while (runtime::next_word(&rest, &word)) {
    if (word.size == 0 || word.size > 1000 || memchr(word.data, '=', word.size) != nullptr)
      return say_wrong("--clean", "not names of variables with commas between them");
  }
  return true;
}

/// A line of SMTP: printable, and 512 bytes with "554 " and CR LF.
bool read_greeting(const char* value, Options* options) {
  options->greet_deny = bytes_of(value);
  const Bytes text = options->greet_deny;
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] < ' ' || text.data[i] > '~') return say_wrong("--greet-deny", "not printable ASCII in one line");
  }
  return text.size <= 506 || say_wrong("--greet-deny", "longer than 506 bytes");
}

bool read_daemon(const char* value, Options* options) {
  options->rules.daemon = value;
  const bool is_name = *value != '\0' && strlen(value) < 256 && strchr(value, '@') == nullptr;
  return is_name || say_wrong("--hosts-access", "not the name of a daemon");
}

bool read_folder(const char* value, Options* options) {
  options->rules.hosts_folder = value;
  return strlen(value) < 1000 || say_wrong("--hosts-folder", "longer than 999 bytes");
}

bool read_never(const char* value, Options* options) {
  options->grants.never = value;
  Bytes wrong;
  return runtime::is_network_list(bytes_of(value), &wrong) ||
         say_wrong("--never", "not addresses and networks with commas between them");
}

using Flag = bool& (*)(Options* options);
using Reader = bool (*)(const char* value, Options* options);

struct FlagOption {
  const char* name;
  char letter;
  Flag flag;
};

struct ValueOption {
  const char* name;
  char letter;
  Reader read;
};

constexpr FlagOption flags[] = {
    {"allow-missing", 'X', [](Options* options) -> bool& { return options->rules.may_be_missing; }},
    {"resolve", '\0', [](Options* options) -> bool& { return options->connection.resolves; }},
    {"dry-run", '\0', [](Options* options) -> bool& { return options->is_dry_run; }},
    {"log", '\0', [](Options* options) -> bool& { return options->logs; }},
    {"verbose", 'v', [](Options* options) -> bool& { return options->is_verbose; }},
};

constexpr ValueOption values[] = {
    {"rules", 'x', [](const char* value, Options* options) { return options->rules.database = value, true; }},
    {"program", '\0', read_program},
    {"hosts-access", '\0', read_daemon},
    {"hosts-folder", '\0', read_folder},
    {"grants", '\0', [](const char* value, Options* options) { return options->grants.store = value, true; }},
    {"grant-seconds", '\0', read_grant_seconds},
    {"grant-set", '\0', read_grant_setting},
    {"ipv6-bits", '\0', read_ipv6_bits},
    {"never", '\0', read_never},
    {"clean", '\0', read_clean},
    {"proxy-protocol", '\0', read_proxies},
    {"timeout", '\0', read_seconds},
    {"greet-deny", '\0', read_greeting},
};

/// Reads the option at *argv, and its value, and moves *argv behind them.
bool read_option(char*** argv, Options* options) {
  const Bytes word = bytes_of(**argv);
  for (const FlagOption& option : flags) {
    if (!is_one_of(word, option.name, option.letter)) continue;
    option.flag(options) = true;
    ++*argv;
    return true;
  }
  for (const ValueOption& option : values) {
    if (!is_one_of(word, option.name, option.letter)) continue;
    const char* value = (*argv)[1];
    if (value == nullptr) return say_wrong(word.data, "its value is missing");
    *argv += 2;
    return option.read(value, options);
  }
  Text text;
  text.add_quoted(word);
  return say_wrong(text.c_str(), "there is no such option");
}

Usage check(Options* options) {
  const bool has_rules = options->rules.database != nullptr;
  const bool has_daemon = options->rules.daemon != nullptr;
  if (has_rules == has_daemon) return say_wrong("rules", "name them with either -x or --hosts-access"), Usage::wrong;
  if (*options->program == nullptr && !options->is_dry_run) return say_wrong("PROG", "it is missing"), Usage::wrong;
  options->connection.is_verbose = options->is_verbose;
  return Usage::run;
}

Usage show(const char* text) { return write_all(STDOUT_FILENO, bytes_of(text)) ? Usage::shown : Usage::wrong; }

}  // namespace

Usage read_options(int argc, char** argv, Options* options) {
  if (argc > 0) ++argv;
  while (*argv != nullptr && **argv == '-') {
    const Bytes word = bytes_of(*argv);
    if (is_one_of(word, "help", 'h')) return show(help_text);
    if (is_one_of(word, "version", '\0')) return show("relayrules-env " RELAYRULES_VERSION "\n");
    if (equal(word, runtime::literal("--"))) {
      ++argv;
      break;
    }
    if (!read_option(&argv, options)) return Usage::wrong;
  }
  options->program = argv;
  return check(options);
}

}  // namespace relayrules::env
