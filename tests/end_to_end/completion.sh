#!/bin/bash
# Completion: each shell that is installed is asked what it offers; the bash script is held to the help texts of all commands.
source "$SOURCE/tests/end_to_end/begin.bash"

touch some.tcp.smtp
relayrules completion bash > bash.sh
relayrules completion zsh > _relayrules
relayrules completion fish > relayrules.fish
# shellcheck disable=SC1091
source ./bash.sh

# offers WORDS...: what bash offers for the last of WORDS
offers() {
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  _relayrules 2> /dev/null
  echo "${COMPREPLY[*]}"
}
[ "$(offers relayrules che)" = 'check checks' ] || fail "commands: $(offers relayrules che)"
[ "$(offers relayrules check --format sa)" = sarif ] || fail "values: $(offers relayrules check --format sa)"
[ "$(offers relayrules check --fail-on n)" = 'note never' ] || fail "values: $(offers relayrules check --fail-on n)"
[ "$(offers relayrules check some)" = some.tcp.smtp ] || fail "files: $(offers relayrules check some)"
[ "$(offers relayrules check --baseline some)" = some.tcp.smtp ] || fail "files: $(offers relayrules check --baseline some)"
[ "$(offers relayrules explain open-r)" = 'open-range open-relay' ] || fail "checks: $(offers relayrules explain open-r)"
[ "$(offers relayrules check --ignore open-re)" = 'open-relay' ] || fail "checks: $(offers relayrules check --ignore open-re)"
[ "$(offers relayrules completion z)" = zsh ] || fail "shells: $(offers relayrules completion z)"
for command in $(offers relayrules ''); do
  [[ $command != --* ]] || continue
  for option in $(relayrules "$command" --help | grep -oE -- '^ +-[-a-z,]+' | tr -d ' ' | tr ',' ' '); do
    [[ " $(offers relayrules "$command" -) " == *" $option "* ]] || fail "bash does not offer $option of $command"
    grep -q -- "'$option\\[" _relayrules || fail "zsh does not offer $option of $command"
  done
done
if command -v zsh > which; then
  zsh -n _relayrules || fail "zsh does not read its script"
  zsh -fc 'autoload -Uz compinit; compinit -u -d dump; source ./_relayrules; [[ $_comps[relayrules] == _relayrules ]]' || fail "zsh does not take its script"
else
  echo "zsh is not installed: its script was not run"
fi
if command -v fish > which; then
  offered=$(HOME=$PWD fish -c 'source relayrules.fish; complete -C "relayrules check --format sa"')
  [[ $offered == sarif* ]] || fail "fish offers '$offered'"
  offered=$(HOME=$PWD fish -c 'source relayrules.fish; complete -C "relayrules exp"')
  [[ $offered == explain* ]] || fail "fish offers '$offered'"
else
  echo "fish is not installed: its script was not run"
fi
