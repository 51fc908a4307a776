#!/bin/sh
# Runs the examples of README.md and compares what they print with what README shows.
# A block "```file NAME" is written to NAME; in a block "```console" each line "$ COMMAND" is run, and the lines
# behind it are its output, standard error included. TOOLS names the folder of the programs.
# Usage: TOOLS=DIR run.sh README.md; under ctest SOURCE names the project instead
set -u
readme=$(readlink -f "${1:-$SOURCE/README.md}")
PATH="$(readlink -f "$TOOLS"):$PATH"
export PATH
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
ln -s "$(dirname "$readme")/rules" rules || exit 1  # examples may use the shipped policies

# Cut README into files, and into numbered pairs of command and expected output.
awk '
  /^```file /    { name = $2; mode = "file"; next }
  /^```console$/ { mode = "console"; next }
  /^```/         { mode = ""; next }
  mode == "file" { print > name }
  mode == "console" && /^\$ / { n++; print substr($0, 3) > sprintf("command.%03d", n); printf "" > sprintf("expected.%03d", n); next }
  mode == "console" { print > sprintf("expected.%03d", n) }
' "$readme"

passed=0
failed=0
for command in command.*; do
  [ -e "$command" ] || { echo "README shows no commands"; exit 1; }
  number=${command#command.}
  sh "$command" > "actual.$number" 2>&1
  if diff -u "expected.$number" "actual.$number" > "diff.$number"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "README and reality differ for: $(cat "$command")"
    cat "diff.$number"
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
