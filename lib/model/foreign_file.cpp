// Signs of files that are not ours: see foreign_file.hpp. A sign must be one that no rule file of ours has.
#include "model/foreign_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/address.hpp"
#include "base/ascii_case.hpp"
#include "base/file.hpp"
#include "base/rule_lines.hpp"

namespace core {
namespace {

constexpr ForeignFile postfix = {"it is Postfix' configuration",
                                 "read it with --program postfix: 'relayrules check' finds its mistakes, 'audit' "
                                 "tells who may relay"};
constexpr ForeignFile networks = {"its lines are networks, as in Postfix' mynetworks",
                                  "read them with --from mynetworks"};
constexpr ForeignFile access_table = {
    "its lines are an access table, as Sendmail, Postfix and Courier have",
    "read Postfix' with --from postfix_access or cidr_table, Sendmail's with --from sendmail_access"};
constexpr ForeignFile sendmail = {"it is Sendmail's configuration",
                                  "name the folder that it lies in: 'relayrules audit /etc/mail --program sendmail'"};
constexpr ForeignFile exim = {"it is Exim's configuration",
                              "relayrules does not read it; 'exim -bh ADDRESS' tries what a client may do"};
constexpr ForeignFile opensmtpd = {"it is OpenSMTPD's configuration",
                                   "relayrules does not read it; its 'match' lines say who may relay"};
constexpr std::string_view give_rules = "give the rules as plain text";

using Sign = std::pair<std::string_view, const ForeignFile*>;

/// By how the base name begins.
constexpr std::array names_of_others = {
    Sign{"main.cf", &postfix},        Sign{"master.cf", &postfix},    Sign{"mynetworks", &networks},
    Sign{"sendmail.mc", &sendmail},   Sign{"sendmail.cf", &sendmail}, Sign{"submit.mc", &sendmail},
    Sign{"submit.cf", &sendmail},     Sign{"exim.conf", &exim},       Sign{"exim4.conf", &exim},
    Sign{"update-exim4.conf", &exim}, Sign{"smtpd.conf", &opensmtpd}, Sign{"smtpaccess", &access_table},
    Sign{"access.db", &access_table}};

/// By how a line begins.
constexpr std::array beginnings = {Sign{"mynetworks =", &postfix},
                                   Sign{"mynetworks=", &postfix},
                                   Sign{"mydestination =", &postfix},
                                   Sign{"myhostname =", &postfix},
                                   Sign{"relay_domains =", &postfix},
                                   Sign{"inet_interfaces =", &postfix},
                                   Sign{"smtpd_banner", &postfix},
                                   Sign{"smtpd_relay_restr", &postfix},
                                   Sign{"smtpd_recipient_restr", &postfix},
                                   Sign{"smtpd_client_restr", &postfix},
                                   Sign{"smtpd_sender_restr", &postfix},
                                   Sign{"divert(", &sendmail},
                                   Sign{"define(`", &sendmail},
                                   Sign{"FEATURE(", &sendmail},
                                   Sign{"MAILER(", &sendmail},
                                   Sign{"OSTYPE(", &sendmail},
                                   Sign{"domainlist ", &exim},
                                   Sign{"hostlist ", &exim},
                                   Sign{"addresslist ", &exim},
                                   Sign{"acl_smtp_", &exim},
                                   Sign{"begin acl", &exim},
                                   Sign{"listen on ", &opensmtpd},
                                   Sign{"match from ", &opensmtpd},
                                   Sign{"pki ", &opensmtpd}};

struct FirstBytes {
  std::string_view bytes;
  ForeignFile file;
};
constexpr std::array first_bytes = {
    FirstBytes{"-----BEGIN ", {"it is encrypted, signed or a key", give_rules}},
    FirstBytes{"$ANSIBLE_VAULT;", {"it is encrypted by Ansible", give_rules}},
    FirstBytes{"U2FsdGVkX1", {"it is encrypted by openssl", give_rules}},
    FirstBytes{std::string_view("\0GITCRYPT", 9), {"it is encrypted by git-crypt", give_rules}},
    FirstBytes{"<!doctype html", {"it is a web page", give_rules}},
    FirstBytes{"<!DOCTYPE html", {"it is a web page", give_rules}},
    FirstBytes{"<html", {"it is a web page", give_rules}},
    FirstBytes{"<?xml", {"it is XML", give_rules}},
    FirstBytes{"{\"", {"it is JSON", give_rules}}};

/// The key and what stands behind the blanks after it.
std::pair<std::string_view, std::string_view> cut_at_blank(std::string_view line) {
  const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
  return {line.substr(0, blank), trimmed(line.substr(blank))};
}

bool is_network(std::string_view word) {
  const std::size_t slash = std::min(word.find('/'), word.size());
  const std::string_view length = word.substr(slash);
  return length.size() > 1 && length.find_first_not_of("/0123456789.") == std::string_view::npos &&
         parse_address(trimmed(word.substr(0, slash), "[]")).has_value();
}

bool is_access_line(std::string_view line) {
  const auto [key, action] = cut_at_blank(line);
  for (const std::string_view tag : {"Connect:", "From:", "To:", "Spam:", "GreetPause:", "ClientRate:", "ClientConn:"})
    if (key.starts_with(tag) && key.size() > tag.size() && !action.empty()) return true;
  const bool is_courier = line.find('\t') == key.size() && (action.starts_with("allow") || action.starts_with("deny"));
  return is_courier || is_access_action(action);
}

}  // namespace

bool is_access_action(std::string_view text) {
  for (const std::string_view word : {"OK", "RELAY", "REJECT", "DISCARD", "DUNNO", "HOLD", "SKIP", "permit", "reject"})
    if (text == word || (text.starts_with(word) && text[word.size()] == ' ')) return true;
  const bool is_reply = text.size() >= 4 && (text[0] == '4' || text[0] == '5') && is_digit(text[1]) &&
                        is_digit(text[2]) && text[3] == ' ';
  return is_reply || text.starts_with("ERROR:");
}

const ForeignFile* find_foreign_name(std::string_view path) {
  const std::string_view name = base_name(path);
  for (const auto& [start, file] : names_of_others)
    if (name.starts_with(start)) return file;
  return name == "access" ? &access_table : nullptr;
}

const ForeignFile* find_foreign_text(std::string_view text) {
  for (const FirstBytes& first : first_bytes)
    if (first_rule_line(text).starts_with(first.bytes)) return &first.file;
  const ForeignFile* found = nullptr;
  std::size_t lines = 0;
  std::size_t access_lines = 0;
  std::size_t network_lines = 0;
  for_each_rule_line(text, [&](std::string_view line) {
    for (const auto& [start, file] : beginnings)
      if (line.starts_with(start)) found = file;
    const auto [key, rest] = cut_at_blank(line);
    ++lines;
    if (is_network(key) && rest.empty()) ++network_lines;
    if (is_access_line(line)) ++access_lines;
    return found == nullptr;
  });
  if (found != nullptr) return found;
  if (access_lines * 2 > lines) return &access_table;
  return network_lines * 2 > lines ? &networks : nullptr;
}

}  // namespace core
