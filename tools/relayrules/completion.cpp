// relayrules completion: scripts with which shells complete command lines.
//
// Commands and options are taken from the programs themselves, at the moment of asking: each subcommand is started in a
// mode in which it describes its options and ends (describe_options in command.hpp). Nothing is listed here by hand.
#include <fmt/format.h>

#include "command.hpp"
#include "lint/check.hpp"
#include "output.hpp"

namespace core {
namespace {

/// What is completed behind a word: the choices, or files when there are none.
struct CommandWords {
  const Command* command;
  std::vector<OptionDescription> options;
};

std::vector<CommandWords> all_words() {
  std::vector<CommandWords> all;
  for (const Command& command : all_commands()) all.push_back({&command, describe_options(command)});
  return all;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator = " ") {
  return fmt::format("{}", fmt::join(words, separator));
}

std::vector<std::string> option_names(const CommandWords& words) {
  std::vector<std::string> names;
  for (const OptionDescription& option : words.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

/// The values that `option` can have, where there is a list of them: its choices, or all checks.
std::vector<std::string> values_of(const OptionDescription& option) {
  if (!option.type.starts_with("CHECK")) return option.choices;
  std::vector<std::string> names;
  for (const Check* check : all_checks()) names.emplace_back(check->kind.name);
  return names;
}

/// Text inside single quotes of a shell.
std::string shell_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out;
}

std::string bash_case(const CommandWords& words) {
  std::string text = fmt::format("    {})\n      case $previous in\n", words.command->name);
  std::string positional;
  for (const OptionDescription& option : words.options) {
    const std::string values = joined(values_of(option));
    if (option.names.empty() && !values.empty()) positional = values;
    if (option.names.empty() || !option.takes_value) continue;
    const std::string action = values.empty() ? "compopt -o default" : fmt::format("words='{}'", values);
    text += fmt::format("        {}) {}; values=1 ;;\n", joined(option.names, "|"), action);
  }
  text += fmt::format("        *) options='{}' words='{}' ;;\n      esac\n      ;;\n", joined(option_names(words)),
                      positional);
  return text;
}

std::string format_bash(const std::vector<CommandWords>& all) {
  std::vector<std::string> names;
  for (const CommandWords& words : all) names.emplace_back(words.command->name);
  std::string text = fmt::format(R"(# bash completion of relayrules, written by "relayrules completion bash".
_relayrules() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} options= words= values=
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '{} --help --version' -- "$current"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
)",
                                 joined(names));
  for (const CommandWords& words : all) text += bash_case(words);
  return text + R"(  esac
  if [ -z "$values" ] && [[ $current == -* ]]; then words=$options; fi
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _relayrules relayrules
)";
}

/// Text inside a zsh specification in single quotes: ':' and brackets have a meaning there.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : shell_text(text)) {
    if (c == ':' || c == '[' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_case(const CommandWords& words) {
  std::string text = fmt::format("    {}) _arguments", words.command->name);
  for (const OptionDescription& option : words.options) {
    const std::string values = joined(values_of(option));
    const std::string action = values.empty() ? "_files" : fmt::format("({})", values);
    if (option.names.empty()) text += fmt::format(" '*:{}:{}'", zsh_text(option.type), action);
    for (const std::string& name : option.names) {
      const std::string value = option.takes_value ? fmt::format(":{}:{}", zsh_text(option.type), action) : "";
      text += fmt::format(" \\\n        '{}[{}]{}'", name, zsh_text(option.description), value);
    }
  }
  return text + " ;;\n";
}

std::string format_zsh(const std::vector<CommandWords>& all) {
  std::string text = R"(#compdef relayrules
# zsh completion of relayrules, written by "relayrules completion zsh".
_relayrules() {
  local -a commands
  commands=(
)";
  for (const CommandWords& words : all)
    text += fmt::format("    '{}:{}'\n", words.command->name, zsh_text(words.command->summary));
  text += R"(  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
)";
  for (const CommandWords& words : all) text += zsh_case(words);
  return text +
         "  esac\n}\nif [ \"$funcstack[1]\" = _relayrules ]; then _relayrules \"$@\"; else compdef _relayrules "
         "relayrules; fi\n";
}

std::string fish_option(std::string_view command, const OptionDescription& option) {
  std::string text = fmt::format("complete -c relayrules -n '__fish_seen_subcommand_from {}'", command);
  for (const std::string& name : option.names)
    text += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2)) : fmt::format(" -s {}", name.substr(1));
  const std::vector<std::string> values = values_of(option);
  if (option.takes_value && !option.names.empty()) text += values.empty() ? " -r -F" : " -x";
  if (!values.empty()) text += fmt::format(" -a '{}'", joined(values));
  return text + fmt::format(" -d '{}'\n", shell_text(option.description));
}

std::string format_fish(const std::vector<CommandWords>& all) {
  std::string text = "# fish completion of relayrules, written by \"relayrules completion fish\".\n";
  for (const CommandWords& words : all)
    text += fmt::format("complete -c relayrules -n __fish_use_subcommand -f -a {} -d '{}'\n", words.command->name,
                        shell_text(words.command->summary));
  for (const CommandWords& words : all)
    for (const OptionDescription& option : words.options)
      if (!option.names.empty() || !values_of(option).empty()) text += fish_option(words.command->name, option);
  return text;
}

}  // namespace

int run_completion(int argc, char** argv) {
  std::string shell;
  CLI::App app("Print the script with which a shell completes relayrules' command lines.", "relayrules completion");
  app.add_option("SHELL", shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  if (const auto code = parse_command_line(app, argc, argv)) return *code;
  const std::vector<CommandWords> all = all_words();
  return deliver(shell == "bash" ? format_bash(all) : shell == "zsh" ? format_zsh(all) : format_fish(all), exit_fine);
}

}  // namespace core
