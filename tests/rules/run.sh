#!/bin/sh
# The shipped policies: each is free of warnings, compiles, and answers what queries.tsv says, once to `relayrules lookup` and once to
# the original tcprulescheck.
#
#   TOOLS=build/dev/tools tests/rules/run.sh [POLICY...]        only these policies, by file name
#
# Without the original the test says SKIPPED and ends with 77; where CI=true is set it fails.
set -u
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd) || exit 1
rules=${SOURCE:-$here/../..}/rules
queries=$here/queries.tsv
relayrules=${TOOLS:?set TOOLS to the folder of relayrules}/relayrules
original=${TCPRULESCHECK:-/usr/bin/tcprulescheck}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failures=0
answered=0

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  failures=$((failures + 1))
}

# wanted POLICY: true when it is to be tested
wanted() {
  [ -z "$selection" ] && return 0
  case " $selection " in *" $1 "*) return 0 ;; esac
  return 1
}

check_policy() {
  "$relayrules" check "$rules/$1" > "$work/findings" 2>&1 && return 0
  fail "$1: relayrules check"
  cat "$work/findings" >&2
}

compile_policy() {
  daemon=
  case $1 in *.hosts.allow) daemon='--daemon tcp-env' ;; esac
  # shellcheck disable=SC2086 # two words
  "$relayrules" compile $daemon "$rules/$1" -o "$work/$1.cdb" > "$work/findings" 2>&1 && return 0
  fail "$1: relayrules compile"
  cat "$work/findings" >&2
  return 1
}

# Both answers take one form: "allow" or "deny", then a NAME=value for each variable, a line each.
ask_relayrules() {
  set -- "$1" --ip "$2" ${3:+--host "$3"} ${4:+--info "$4"}
  "$relayrules" lookup "$@" > "$work/raw" 2>&1 || return 1
  sed -n '1s/^[^ ]*: \([a-z]*\).*/\1/p; s/^  env    \([^=]*\)="\(.*\)"$/\1=\2/p' "$work/raw"
}

ask_original() (
  unset TCPREMOTEHOST TCPREMOTEINFO
  export TCPREMOTEIP="$2"
  if [ -n "$3" ]; then export TCPREMOTEHOST="$3"; fi
  if [ -n "$4" ]; then export TCPREMOTEINFO="$4"; fi
  "$original" "$1" > "$work/raw" 2>&1 || return 1
  sed -n 's/^\(allow\|deny\) connection$/\1/p' "$work/raw"
  sed -n 's/^set environment variable //p' "$work/raw"
)

# judge ANSWERS CLIENT VERDICT RELAY ENVIRONMENT, with the answer in $work/answer
judge() {
  verdict=$(head -n 1 "$work/answer")
  relay=no
  if [ "$verdict" = allow ] && grep -q '^RELAYCLIENT=' "$work/answer"; then relay=yes; fi
  [ "$verdict" = "$3" ] || fail "$1, $2: the verdict is '$verdict', not '$3'"
  [ "$relay" = "$4" ] || fail "$1, $2: relaying is '$relay', not '$4'"
  if [ "$5" = - ]; then
    if [ "$(wc -l < "$work/answer")" -ne 1 ]; then fail "$1, $2: variables are set, none is expected"; fi
  else
    sed 1d "$work/answer" | grep -Fxq -e "$5" || fail "$1, $2: '$5' is not set"
  fi
}

# says_relay CLIENT RELAY: the tool's own word on relaying, in $work/raw
says_relay() {
  said=no
  if head -n 1 "$work/raw" | grep -q 'may send to any domain'; then said=yes; fi
  [ "$said" = "$2" ] || fail "relayrules, $1: it says '$said' on relaying, not '$2'"
}

ask_both() {
  client="$1 $2 $3 $4"
  database=$work/$1.cdb
  ip=$2 host=${3#-} info=${4#-}
  if ask_relayrules "$database" "$ip" "$host" "$info" > "$work/answer"; then
    judge relayrules "$client" "$5" "$6" "$7"
    says_relay "$client" "$6"
  else
    fail "relayrules lookup, $client: $(cat "$work/raw")"
  fi
  answered=$((answered + 1))
  [ -x "$original" ] || return 0
  if ask_original "$database" "$ip" "$host" "$info" > "$work/answer"; then
    judge tcprulescheck "$client" "$5" "$6" "$7"
  else
    fail "tcprulescheck, $client: $(cat "$work/raw")"
  fi
}

selection="$*"
tab=$(printf '\t')
for path in "$rules"/*; do
  name=${path##*/}
  if [ "$name" = README.md ] || ! wanted "$name"; then continue; fi
  case $name in *.expect) continue ;; esac # tests/end_to_end/expectations.sh runs them
  check_policy "$name"
  [ "$name" = rcpthosts ] && continue  # qmail reads the text
  compile_policy "$name" || continue
  rows=$(grep -c "^$name$tab" "$queries")
  [ "$rows" -ge 4 ] || fail "$name: $rows queries in queries.tsv, four at least are wanted"
done

while IFS=$tab read -r name ip host info verdict relay environment; do
  case $name in '#'* | '') continue ;; esac
  wanted "$name" || continue
  [ -e "$rules/$name" ] || { fail "queries.tsv: there is no policy '$name'"; continue; }
  [ -e "$work/$name.cdb" ] || continue  # said above
  ask_both "$name" "$ip" "$host" "$info" "$verdict" "$relay" "$environment"
done < "$queries"

printf '%d queries asked, %d failures\n' "$answered" "$failures"
[ "$failures" -eq 0 ] || exit 1
[ "$answered" -gt 0 ] || { echo 'FAILED: nothing was asked' >&2; exit 1; }
if [ ! -x "$original" ]; then
  echo "SKIPPED: the original tcprulescheck is not installed (package ucspi-tcp); only relayrules was asked" >&2
  [ "${CI:-}" = true ] && exit 1
  exit 77
fi
