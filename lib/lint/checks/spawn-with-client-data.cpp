#include "lint/checks/registry.hpp"
#include "model/percent.hpp"

namespace {

bool is_ident(char letter) { return letter == 'u' || letter == 'c'; }

/// The word of the shell that `before`, the beginning of a command, ends in; with its quotes.
std::string_view last_word(std::string_view before) {
  std::size_t start = 0;
  char quote = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const char c = before[i];
    if (quote != 0)
      quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'')
      quote = c;
    else if (std::string_view(" \t`(;&|<>").find(c) != std::string_view::npos)
      start = i + 1;
  }
  return before.substr(start);
}

/// True when the word before `word` is a long option, whose value this is then.
bool is_value_of_option(std::string_view command, std::string_view word) {
  const std::string_view before = trimmed(command.substr(0, static_cast<std::size_t>(word.data() - command.data())));
  return last_word(before).starts_with("--") && last_word(before).find('=') == std::string_view::npos;
}

/// True when `use` begins a word of the command or belongs to a path: there the text does more than to be shown.
bool steers(std::string_view command, std::string_view use) {
  if (!is_ident(use[1])) return false;
  const std::string_view word = last_word(command.substr(0, static_cast<std::size_t>(use.data() - command.data())));
  if (word.find('/') != std::string_view::npos) return true;
  return word.find_first_not_of("\"'") == std::string_view::npos && !is_value_of_option(command, word);
}

void report(const RuleOption& option, std::string_view use, bool is_steering, Findings& findings) {
  auto& finding = findings.add(spawn_with_client_data.kind, option.span, "");
  if (is_steering) {
    finding.message = fmt::format(
        "{} is whatever the client's host says, and here the command can take it for an option or a file", quoted(use));
    finding.help = "use '%a', the address, or put it inside a word, as in 'user=%u'";
    return;
  }
  finding.severity = Severity::note;
  finding.message = fmt::format(
      "{} is text that the client chose: libwrap takes out of it what is special to a shell, and nothing else",
      quoted(use));
  finding.help = "make sure that the command does nothing but show it; '%a' is the address, which nobody can choose";
}

void check_spawn_with_client_data(const PolicyFacts& facts, Findings& findings) {
  for (const RuleOption& option : facts.policy.options) {
    if (option.keyword != "spawn" && option.keyword != "twist" && option.keyword != "aclexec") continue;
    const std::vector<std::string_view> uses = chosen_by_client(option.value);
    if (uses.empty()) continue;
    const auto steering =
        std::find_if(uses.begin(), uses.end(), [&](std::string_view use) { return steers(option.value, use); });
    report(option, steering == uses.end() ? uses.front() : *steering, steering != uses.end(), findings);
  }
}

}  // namespace

const core::Check core::checks::spawn_with_client_data = {
    .kind = {"RR514", "spawn-with-client-data", Severity::error},
    .summary = "a command is run with text that the client chose",
    .rationale =
        "In the command of spawn, twist and aclexec libwrap puts the client's host name in the place of %h and %n, and "
        "what its ident server says in the place of %u and %c. What a shell could take for more than text becomes '_', "
        "but '-', '.' and '/' stay: a user called '-n' is an option where %u begins a word, and one called '../../x' "
        "leaves the folder where %u stands in a path. Host names cannot begin with '-', nor have a '/' in them.\n"
        "Write %a, the address, or put the text inside a word that begins otherwise, as in 'user=%u'.",
    .bad = {"hosts.allow", "sshd : ALL : spawn /bin/echo hello > /var/log/seen/%u\n"},
    .good = {"hosts.allow", "sshd : ALL : spawn /bin/echo hello > /var/log/seen/%a\n"},
    .needs = Traits::daemons,
    .policy = check_spawn_with_client_data,
};
