#!/bin/bash
# What relayrules says of itself: every subcommand has help, relayrules(1) tells of the same options, mistakes get a suggestion.
source "$SOURCE/tests/end_to_end/begin.bash"

# ---- help
relayrules help check > said || fail "help check"
relayrules check --help | cmp - said || fail "'help check' is not 'check --help'"
relayrules help > said || fail "help"
relayrules --help | cmp - said || fail "'help' is not '--help'"
expect 2 "relayrules: there is no command 'chekc'; did you mean 'check'? ('relayrules --help' lists them)" relayrules help chekc

# ---- misspelt options
printf '127.:allow\n' > good.tcp.smtp
expect 2 "relayrules: *--formt*; did you mean '--format'? ('relayrules check --help' tells more)" relayrules check --formt json good.tcp.smtp
expect 2 "relayrules: *--confirm-widning*; did you mean '--confirm-widening'?*" relayrules compile --confirm-widning good.tcp.smtp -o x.cdb
said=$(relayrules check --zzzzzzzz good.tcp.smtp 2>&1) && fail "--zzzzzzzz is an option"
[[ $said != *"did you mean"* ]] || fail "a guess at what is near nothing: $said"

# ---- checks and their pages
relayrules checks --format json > checks.json || fail "checks --format json"
python3 - << 'END' || fail "the JSON of checks is not as relayrules(1) says"
import json, subprocess
checks = json.load(open("checks.json"))["checks"]
lines = subprocess.run(["relayrules", "checks"], capture_output=True, text=True, check=True).stdout.splitlines()
wanted = {"code", "name", "severity", "summary", "formats", "former", "rationale", "bad", "good", "silence"}
for check in checks:
    assert set(check) == wanted, check
    assert f"{check['code']}  {check['name']:<24} {check['severity']:<8} {check['summary']}" in lines, check
    for old in check["former"]:
        assert any(line.startswith(f"{old['code']}  {old['name']}") for line in lines), old
assert len(checks) + sum(len(check["former"]) for check in checks) == len(lines)
one = next(check for check in checks if check["name"] == "prefix-without-dot")
assert one["code"] == "RR301" and "tcprules" in one["formats"], one
assert one["bad"]["file"] == "tcp.smtp" and ":" in one["bad"]["text"], one
END
relayrules explain rr301 open-relay > both || fail "explain of two checks"
[ "$(grep -cxE 'RR301 prefix-without-dot \(warning\)|RR401 open-relay \(error\)' both)" = 2 ] || fail "two pages: $(cat both)"
expect 2 "relayrules: there is no check 'open-rely'; did you mean 'open-relay'?*" relayrules explain RR301 open-rely
[ "$(relayrules explain open-relay | grep -v '^    ' | wc -L)" -le 80 ] || fail "a page is wider than 80 columns"
if command -v script > /dev/null; then
  script -qec 'stty cols 60; relayrules explain open-relay' /dev/null < /dev/null | tr -d '\r' > narrow
  [ "$(grep -v '^    ' narrow | wc -L)" -le 60 ] || fail "a page is wider than its terminal: $(cat narrow)"
  grep -q '^RR401' narrow || fail "no page on a terminal: $(cat narrow)"
fi

# ---- colour
printf '10.0.0:deny\n' > bad.tcp.smtp
coloured() { relayrules check --fail-on never bad.tcp.smtp | grep -q $'\e\['; }
coloured && fail "colour without a terminal"
FORCE_COLOR=1 coloured || fail "FORCE_COLOR is passed over"
CLICOLOR_FORCE=1 coloured || fail "CLICOLOR_FORCE is passed over"
FORCE_COLOR=0 coloured && fail "FORCE_COLOR=0 gives colour"
NO_COLOR=1 FORCE_COLOR=1 coloured && fail "NO_COLOR is passed over"
# not findings alone
printf '10:allow\n:deny\n' > answers.tcp.smtp
printf 'rules answers.tcp.smtp\n10.0.0.1 deny\n' > answers.expect
for answer in 'audit answers.tcp.smtp --no-rcpthosts' 'lookup answers.tcp.smtp --ip 10.0.0.1' 'test answers.expect'; do
  # shellcheck disable=SC2086 # an answer is several words
  FORCE_COLOR=1 relayrules $answer 2> said | grep -q $'\e\[' || fail "$answer has no colour: $(cat said)"
  # shellcheck disable=SC2086
  relayrules $answer 2> said | grep -q $'\e\[' && fail "$answer is coloured for a pipe"
done
{ FORCE_COLOR=1 relayrules check --diff answers.tcp.smtp || true; } | patch -p0 --dry-run -s || fail "a patch has colours"

# ---- relayrules(1) and --help name the same options, in both directions
page=$SOURCE/man/relayrules.1
faults=0
bad() {
  echo "FAILED: $*"
  faults=$((faults + 1))
}
# options_of COMMAND: the long and short options that its part of the synopsis shows
synopsis_of() {
  awk -v command="$1" '
    /^\.Sh DESCRIPTION/ { exit }
    was_name { here = $1 == ".Cm" && $2 == command }
    { was_name = /^\.Nm$/ }
    here' "$page"
}
format_options() { awk '/^\.S/ { here = /Format options/ } here && /^\.It Fl/' "$page" | options_in; }
options_in() { grep -oE 'Fl -?[-a-z]+|\| -[a-z-]+' | sed -E 's/^Fl -/--/; s/^\| -/--/; s/^Fl ([a-z])$/-\1/; s/^Fl qv$/-q\n-v/' || true; }
for command in $(relayrules --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
  grep -qx "\.Sh ${command^^}" "$page" || fail "relayrules(1) has no section for $command"
  relayrules "$command" --help > help || fail "$command --help"
  synopsis=$(synopsis_of "$command")
  [ -n "$synopsis" ] || fail "relayrules(1) has no synopsis of $command"
  said=$(options_in <<< "$synopsis")
  common=""
  ! grep -q 'Ar format options' <<< "$synopsis" || common=$(format_options)
  while read -r names; do
    [ "$names" != -h,--help ] || continue
    shown=no
    for option in ${names//,/ }; do
      ! grep -qxe "$option" <<< "$said"$'\n'"$common" || shown=yes
      grep -qE "^\.It( .*)? Fl ${option#-}( |$)" "$page" || bad "relayrules(1) does not say what $option of $command does"
    done
    [ $shown = yes ] || bad "relayrules(1) does not tell of $command $names"
  done < <(grep -oE '^ +-[-a-z,0-9]+' help | tr -d ' ')
  for option in $said $common; do
    grep -qE -- "(^|[ ,])$option([ ,=]|$)" help || bad "relayrules(1) tells of $command $option, which --help does not know"
  done
done
[ $faults = 0 ] || exit 1
echo "all good"
