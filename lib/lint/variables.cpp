// The names, and slips in them: see variables.hpp. A name that some patch or program reads is never called a slip,
// however near it is to another.
#include "lint/variables.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/edit_distance.hpp"
#include "lint/repair.hpp"

namespace core {
namespace {

using Names = std::string_view;

/// Those that many files set, and that a slip is likely for.
constexpr std::array<Names, 13> common = {"RELAYCLIENT", "RBLSMTPD",     "QMAILQUEUE",  "DATABYTES",  "TARPITCOUNT",
                                          "TARPITDELAY", "MAXRCPTCOUNT", "SPFBEHAVIOR", "GREETDELAY", "SENDERCHECK",
                                          "QMAILSPP",    "SMTPAUTH",     "RELAYGRANT"};

/// Read by qmail and its patches (qmail-ldap, netqmail, s/qmail, IndiMail, chkuser, simscan, qmail-scanner, spamdyke,
/// magic-smtpd, mailfront), by rblsmtpd, axfrdns and pop3 programs. Only those matter here that are near one of the
/// common names.
constexpr std::array<Names, 64> known = {"RBL",
                                         "RBLONLYHEADER",
                                         "NORBL",
                                         "NORELAYCLIENT",
                                         "RELAYCLIENTONLY",
                                         "QMAILREMOTE",
                                         "QMAILLOCAL",
                                         "QMAILUSER",
                                         "QMAILHOST",
                                         "QMAILNAME",
                                         "QMAILINJECT",
                                         "QMAILSUSER",
                                         "QMAILSHOST",
                                         "QMAILMFTFILE",
                                         "QMAILCONCURRENCY",
                                         "QMAILHOME",
                                         "QMAILPATH",
                                         "NOQMAILSPP",
                                         "MAXBYTES",
                                         "TARPIT",
                                         "TARPITREL",
                                         "TARPITHOLD",
                                         "MAXRCPT",
                                         "MAXRCPTS",
                                         "MAXRECIPIENTS",
                                         "RCPTCHECK",
                                         "RCPTCOUNT",
                                         "SPF",
                                         "SPFQUEUE",
                                         "GREYLIST",
                                         "GREETING",
                                         "SMTPGREETING",
                                         "NOGREETDELAY",
                                         "SENDER_NOCHECK",
                                         "LOCALSENDERCHECK",
                                         "SENDERCHECKQUEUE",
                                         "SMTPAUTHMETHOD",
                                         "AUTH",
                                         "AUTHREQUIRED",
                                         "AUTHPREPEND",
                                         "REQUIREAUTH",
                                         "NOSMTPAUTH",
                                         "NOAUTH",
                                         "SMTPS",
                                         "FORCETLS",
                                         "AXFR",
                                         "NOPBS",
                                         "VERIFY",
                                         "SANITYCHECK",
                                         "RETURNMXCHECK",
                                         "MFDNSCHECK",
                                         "HELOCHECK",
                                         "DNSCHECK",
                                         "NODNSCHECK",
                                         "BADMIMETYPE",
                                         "BADLOADERTYPE",
                                         "BADMAILFROM",
                                         "BADRCPTTO",
                                         "LOCALMFCHECK",
                                         "LOGLEVEL",
                                         "IMAP_CAPABILITY",
                                         "QHPSI",
                                         "BLOCKRELAYPROBE",
                                         "550GREETING"};

constexpr std::array<Names, 29> dangerous = {"PATH",           "BASH_ENV",   "ENV",        "IFS",
                                             "SHELLOPTS",      "BASHOPTS",   "PS4",        "CDPATH",
                                             "PROMPT_COMMAND", "GLOBIGNORE", "PERL5LIB",   "PERL5OPT",
                                             "PERLLIB",        "PERL5DB",    "PYTHONPATH", "PYTHONHOME",
                                             "PYTHONSTARTUP",  "RUBYLIB",    "RUBYOPT",    "NODE_OPTIONS",
                                             "NODE_PATH",      "LUA_PATH",   "LUA_CPATH",  "JAVA_TOOL_OPTIONS",
                                             "CLASSPATH",      "GCONV_PATH", "LOCPATH",    "GLIBC_TUNABLES",
                                             "HOSTALIASES"};

constexpr std::array<Names, 18> connection = {
    "TCPREMOTEIP",  "TCPREMOTEHOST", "TCPREMOTEINFO", "TCPREMOTEPORT",  "TCPLOCALIP",     "TCPLOCALHOST",
    "TCPLOCALPORT", "PROTO",         "TCP6REMOTEIP",  "TCP6REMOTEHOST", "TCP6REMOTEINFO", "TCP6REMOTEPORT",
    "TCP6LOCALIP",  "TCP6LOCALHOST", "TCP6LOCALPORT", "TCP6INTERFACE",  "REMOTE_ADDR",    "REMOTE_HOST"};

template <typename List>
bool has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

/// In upper case and without what people put between the words.
std::string letters_of(std::string_view name) {
  std::string letters;
  for (char c : name) {
    if (c == '_' || c == '-' || c == ' ' || c == '.') continue;
    letters += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return letters;
}

}  // namespace

std::string_view meant_variable(std::string_view name) {
  if (has(common, name) || has(known, name) || has(dangerous, name) || has(connection, name)) return {};
  const std::string letters = letters_of(name);
  if (has(common, letters)) return *std::find(common.begin(), common.end(), letters);
  // the programs' variables are in capitals; another spelling of one that is known is not read
  if (has(known, letters)) return name == letters ? Names() : *std::find(known.begin(), known.end(), letters);
  // "RELAY" for RELAYCLIENT
  if (letters.size() >= 5 && common.front().starts_with(letters)) return common.front();
  for (const std::size_t limit : {std::size_t{1}, std::size_t{2}})
    for (const Names wanted : common)
      if (wanted.size() >= 4 * limit && !letters.empty() && letters.front() == wanted.front() &&
          edit_distance(letters, wanted, limit) <= limit)
        return wanted;
  return {};
}

bool is_word_for_off(std::string_view value) {
  static constexpr std::array words = {"no",    "0",    "false",   "off",      "n",   "none",
                                       "never", "deny", "disable", "disabled", "null"};
  const std::string lower = in_lower_case(value);
  return std::find(words.begin(), words.end(), lower) != words.end();
}

bool is_dangerous_variable(std::string_view name) {
  return has(dangerous, name) || name.starts_with("LD_") || name.starts_with("DYLD_") || name.starts_with("BASH_FUNC_");
}

bool is_connection_variable(std::string_view name) { return has(connection, name); }

}  // namespace core
