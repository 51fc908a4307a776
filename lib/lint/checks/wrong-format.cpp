// wrong-format: rcpthosts given as tcp.smtp, and the like.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/cursor.hpp"
#include "lint/checks/registry.hpp"
#include "lint/domains.hpp"

namespace core::checks {
namespace {

enum class Look : std::uint8_t { other, rule, domain, daemon, access };

constexpr std::size_t most_lines = 100;  // enough to know

Look look_of(std::string_view line) {
  if (line.find(":allow") != std::string_view::npos || line.find(":deny") != std::string_view::npos) return Look::rule;
  const std::size_t blank = line.find_first_of(" \t");
  if (blank == std::string_view::npos)
    return line.find('.') != std::string_view::npos && !domain_fault(line) ? Look::domain : Look::other;
  const std::string_view word = line.substr(0, blank);
  const std::string_view rest = trimmed(line.substr(blank));
  static constexpr std::array actions = {"OK", "RELAY", "REJECT", "DISCARD", "DUNNO", "permit", "reject"};
  if (std::find(actions.begin(), actions.end(), rest) != actions.end()) return Look::access;
  const bool daemon = !word.empty() && word.find_first_of(".@=/#") == std::string_view::npos;
  const bool is_courier = line[blank] == '\t' && (rest.starts_with("allow") || rest.starts_with("deny"));
  if (is_courier) return Look::access;
  return daemon && (word.ends_with(':') || rest.starts_with(':')) ? Look::daemon : Look::other;
}

/// What more than half of the lines of `text` look like, and two at least; other when there is a line that looks as `wanted`.
Look look_of_text(std::string_view text, Look wanted) {
  std::array<std::size_t, 5> count{};
  std::size_t lines = 0;
  while (!text.empty() && lines < most_lines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed_right(text.substr(0, end), " \t\r");
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const Look look = look_of(line);
    if (look == wanted) return Look::other;
    ++count[static_cast<std::size_t>(look)];
    ++lines;
  }
  const auto most = std::max_element(count.begin(), count.end());
  return *most > 1 && *most * 2 > lines ? static_cast<Look>(most - count.begin()) : Look::other;
}

/// What a file is that begins with `line`; empty when that tells nothing.
std::string_view kind_by_first_line(std::string_view line) {
  using Sign = std::pair<std::string_view, std::string_view>;
  static constexpr std::array signs = {Sign{"-----BEGIN ", "it is encrypted, signed or a key"},
                                       Sign{"$ANSIBLE_VAULT;", "it is encrypted by Ansible"},
                                       Sign{"U2FsdGVkX1", "it is encrypted by openssl"},
                                       Sign{std::string_view("\0GITCRYPT", 9), "it is encrypted by git-crypt"},
                                       Sign{"<!doctype html", "it is a web page"},
                                       Sign{"<!DOCTYPE html", "it is a web page"},
                                       Sign{"<html", "it is a web page"},
                                       Sign{"<?xml", "it is XML"},
                                       Sign{"{\"", "it is JSON"}};
  for (const auto& sign : signs)
    if (line.starts_with(sign.first)) return sign.second;
  return {};
}

bool is_shell_command(std::string_view line) {
  static constexpr std::array commands = {"cat", "cp",    "echo", "nano", "printf",   "sudo",    "tcprules",
                                          "tee", "touch", "vi",   "vim",  "qmailctl", "iptables"};
  if (line.starts_with("$ ")) line.remove_prefix(2);  // the prompt
  const std::size_t blank = line.find(' ');
  return blank != std::string_view::npos &&
         std::find(commands.begin(), commands.end(), line.substr(0, blank)) != commands.end();
}

/// The first line that is no comment and not empty.
std::string_view first_line_of(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!line.empty() && line.front() != '#') return line;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return {};
}

std::string_view kind_by_lines(std::string_view text, Look wanted) {
  if (wanted == Look::daemon) return {};  // 'sshd:10.1.:allow' looks like a rule for clients
  switch (look_of_text(text, wanted)) {
    case Look::rule: return "its lines are rules for clients, as in tcp.smtp";
    case Look::domain: return "its lines are domains, as in rcpthosts";
    case Look::daemon: return "its lines are rules for daemons, as in hosts.allow";
    case Look::access: return "its lines are an access table, as Sendmail, Postfix and Courier have";
    case Look::other: break;
  }
  return {};
}

void report(Span span, std::string_view text, Look wanted, Findings& findings) {
  const std::string_view line = first_line_of(text);
  if (line.empty()) return;
  const std::uint32_t begin = span.begin + static_cast<std::uint32_t>(line.data() - text.data());
  const Span place{begin, begin + static_cast<std::uint32_t>(line.size())};
  std::string_view kind = kind_by_first_line(line);
  if (kind.empty()) kind = kind_by_lines(text, wanted);
  if (!kind.empty()) {
    findings.add(wrong_format.kind, place, fmt::format("this is another kind of file: {}", kind))
        .with_help("put the right file here, or name its format with --from");
  } else if (is_shell_command(line)) {
    findings.add(wrong_format.kind, place, fmt::format("{} is a command for a shell, and no rule", quoted(line)))
        .with_help("delete the line, and what else the command left behind");
  }
}

void run(const Site& site, const Sources& sources, Findings& findings) {
  // a file that was read to the end is what it seems to be
  for (const Policy& policy : site.policies)
    if (!policy.complete)
      report(policy.span, sources.text(policy.span), !policy.is_by_key() ? Look::daemon : Look::rule, findings);
  for (const DestinationList& list : site.destinations)
    report(list.span, sources.text(list.span), Look::domain, findings);
}

}  // namespace

const Check wrong_format = {
    .kind = {"RR121", "wrong-format", Severity::warning},
    .summary = "a file of another program under this name",
    .rationale =
        "The lines of this file are not what this kind of file holds: domains stand where rules for clients belong, or "
        "rules where domains belong, or the lines are those of hosts.allow or of an access table, or the file is "
        "encrypted, or a web page. Either the file was copied to the wrong place, or the program that reads it was "
        "given the wrong name.\n"
        "Nothing in it does what it was written for. Put the right file here, or name its format with --from. Where "
        "only the first line is strange, a command for a shell, it was copied along with the rules: delete it, and "
        "what else belongs to it.",
    .bad = {"tcp.smtp", "example.com\nexample.org\n"},
    .good = {"tcp.smtp", "=.example.com:deny\n:allow\n"},
    .needs = Traits::text,
    .site = run,
};

}  // namespace core::checks
