#!/bin/bash
# The exit codes of every command, with rules that are good, in error or not there, and with outputs that are full, closed
# or read by nobody.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '10.:allow,RELAYCLIENT=""\n10:allow\n:deny\n' > good
printf '10.:allow,RELAYCLIENT=""\n11.:allow,RELAYCLIENT=""\n:deny\n' > other
printf '10.:allow\n192.168.1. deny\n' > broken
printf '10. relay\n' > relay.expect
printf '10. relay\n11. relay\n' > fails.expect
printf '10. realy\n' > broken.expect
printf '10.0.0.1\n' > clients
relayrules compile --from tcprules good -o good.cdb 2> /dev/null
head -c 100 good.cdb > broken.cdb
full="relayrules: cannot write '<standard output>': No space left on device"
closed="relayrules: cannot write '<standard output>': Bad file descriptor"
tried=" "

# ends CODE PATTERN LINE: how a command line for the shell ends, and what it says on both outputs.
ends() { expect "$1" "$2" bash -c "$3"; }

# answers CODE ARGUMENTS: a command line that ends with CODE, where its answer can be written.
answers() {
  local code=$1 line="relayrules $2 < clients"
  tried+="${2%% *} "
  ends "$code" "" "($line) > answer 2> /dev/null"
  [ -s answer ] || fail "$line: no answer"
  ends 3 "*$full" "$line > /dev/full"
  ends 3 "*$closed" "$line >&-"
  ends "$code" "" "$line > /dev/null 2>&-"
  ends "$code" "" "$line > /dev/null 2> /dev/full"
  ends 3 "" "$line > /dev/full 2> /dev/full"
  # whoever reads it is gone
  ends 141 "" "{ sleep 0.1; $line 2> /dev/null; } | :; exit \${PIPESTATUS[0]}"
}

# reads GOOD BROKEN ARGUMENTS: RULES among the arguments are good, then in error, then not there.
reads() {
  local good=$1 broken=$2 line="relayrules $3 < clients"
  answers "$good" "${3//RULES/good}"
  ends "$broken" "?*" "${line//RULES/broken}"
  ends "$broken" "" "${line//RULES/broken} 2>&- > /dev/null"
  ends "$broken" "" "${line//RULES/broken} 2> /dev/full > /dev/null"
  line=${line//RULES.cdb/none}
  ends 3 "*relayrules: cannot open 'none': No such file or directory*" "${line//RULES/none}"
  ends 3 "" "${line//RULES/none} > /dev/null 2>&-"
}

# a store that others can write above is none
room=$(mktemp -d /tmp/relayrules.XXXXXX)
trap 'rm -rf "$room"' EXIT
chmod 755 "$room"
mkdir -m 755 "$room/grants"
relayrules-grant --grants "$room/grants" --ip 192.0.2.8 --user joe true
answers 0 "grants list $room/grants"
answers 0 "grants list $room/grants --format json"
answers 0 "grants stats $room/grants"
answers 0 'status good.cdb'
answers 2 'status broken.cdb'
#     good broken
reads 0 3 'audit --from tcprules RULES --local 10.'
reads 0 3 'audit --from tcprules RULES --local 10. --format json'
reads 0 3 'audit --from tcprules RULES --local 10. --format html -o -'
reads 1 1 'check --from tcprules RULES'
reads 1 1 'check --from tcprules RULES --format json -o -'
reads 1 1 'check --from tcprules RULES --statistics'
reads 0 0 'check --from tcprules RULES --write-baseline -'
reads 0 1 'compile --from tcprules RULES --dry-run'
reads 0 1 'compile --from tcprules RULES -o -'
reads 0 3 'diff --from tcprules RULES good'
reads 1 3 'diff --from tcprules RULES other'
reads 1 3 'diff --from tcprules other RULES --format json'
reads 1 3 'diff --from tcprules other RULES --summary'
reads 0 3 'dump RULES.cdb'
reads 0 3 'lookup --from tcprules RULES --ip 10.0.0.1'
reads 0 3 'lookup --from tcprules RULES --ip 10.0.0.1 --format json'
reads 0 3 'lookup --from tcprules RULES -'
reads 0 3 'lookup RULES.cdb --ip 10.0.0.1'
reads 0 3 'map --from tcprules RULES -o -'
reads 0 3 'minimise --from tcprules RULES -o -'
reads 0 3 'minimise --from tcprules RULES --diff'
reads 0 3 'replay --from tcprules RULES good'
reads 0 3 'replay --from tcprules other RULES --format json'
reads 0 3 'search --from tcprules RULES --verdict relay'
reads 1 3 'search --from tcprules RULES --verdict relay --in 12.'
reads 1 3 'search --from tcprules RULES --verdict relay --in 12. --format json'
reads 0 3 'test --from tcprules relay.expect --rules RULES'
reads 1 3 'test --from tcprules fails.expect --rules RULES'
reads 1 3 'test --from tcprules fails.expect --rules RULES --format json'
reads 1 3 'test --from tcprules fails.expect --rules RULES --format junit'
reads 0 3 'test --init --from tcprules RULES -o -'
printf '10.1.2:deny\n:allow\n' > mendable
answers 1 'check --from tcprules mendable --diff'
answers 0 'checks'
answers 0 'clients'
answers 0 'clients clients --format json'
answers 0 'completion bash'
answers 0 'completion zsh'
answers 0 'completion fish'
answers 0 'explain open-relay'
answers 0 'formats'
answers 0 '--help'
answers 0 '--version'

# no command is forgotten, and each tells its exit codes
for command in $(relayrules --help | sed -n '/^Commands:$/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
  [[ $tried == *" $command "* ]] || fail "$command is not in this table"
  answers 0 "$command --help"
  [[ $(< answer) == *$'\n  3  the work could not be done: '* || $(< answer) == *$'\n  3  UNKNOWN: '* ]] || fail "$command --help does not tell the exit codes"
done

# ---- a signal that is ignored is an error like others
ends 3 "relayrules: cannot write '<standard output>': Broken pipe" \
  "trap '' PIPE; { sleep 0.1; relayrules checks; } | :; exit \${PIPESTATUS[0]}"

# ---- an expectation file in error; one that is not there
expect 3 "*nothing in it was tried*" relayrules test broken.expect --rules good.cdb
expect 3 "*cannot open 'none.expect'*" relayrules test none.expect

# ---- folders: one without rules, and one of which nothing can be read, is not free of findings
mkdir -p folder/empty
printf 'text\n' > folder/readme.md
expect 3 "no findings in 0 files; 1 skipped
relayrules: cannot check the folder 'folder': no rule file is in it" bash -c "relayrules check folder 2> said; code=\$?; cat said; exit \$code"
printf '10.:allow\n:deny\n' > folder/tcp.smtp
expect 0 "no findings in 1 file; 1 skipped" relayrules check folder
expect 3 "*relayrules: cannot check the folder 'folder/empty': no rule file is in it*" relayrules check folder folder/empty
said=$(relayrules check folder/empty --format json 2> /dev/null || true)
[[ $said == *'"failures":["cannot check the folder '"'folder/empty'"': no rule file is in it"]}' ]] ||
  fail "JSON of a folder without rules"
chmod 755 . folder
chmod 644 folder/tcp.smtp
chmod 0 folder/empty
if [ "$(id -u)" = 0 ]; then
  install -m 755 "$TOOLS/relayrules" .
  nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
if ! said=$("${nobody[@]}" ./relayrules check folder/tcp.smtp 2>&1); then
  echo "NOT TESTED: folders that cannot be read ($said)"
else
  expect 3 "*relayrules: cannot read the folder 'folder/empty': Permission denied*" "${nobody[@]}" ./relayrules check folder
fi
chmod 755 folder/empty

# ---- nothing is called '-', and what was read is not written over
printf '10.:allow,RELAYCLIENT=""\n10:deny\n:deny\n' > tcp.smtp
relayrules compile tcp.smtp -o tcp.smtp.cdb 2> /dev/null
mkdir control
printf 'example.org\n' | tee control/rcpthosts control/morercpthosts > control/me
relayrules compile tcp.smtp -o control/morercpthosts.cdb 2> /dev/null
printf '[thresholds]\n' > .relayrules.toml
printf '[]\n' > known
relayrules check tcp.smtp --write-baseline known > /dev/null
cp -r . ../before
for line in 'audit control -o control/rcpthosts' 'audit control -o control/morercpthosts.cdb' 'audit tcp.smtp -o tcp.smtp' \
  'check tcp.smtp -o tcp.smtp' 'check . -o folder/tcp.smtp' 'check tcp.smtp -o tcp.smtp.cdb' 'check tcp.smtp --baseline known -o known' \
  'check tcp.smtp -o .relayrules.toml' 'compile tcp.smtp -o tcp.smtp' 'compile tcp.smtp -o .relayrules.toml' 'map tcp.smtp -o tcp.smtp' \
  'map tcp.smtp.cdb -o tcp.smtp.cdb'; do
  # shellcheck disable=SC2086
  expect 2 "relayrules: '${line##* }' is one of the files to read; the @(report|database|picture) needs another name" relayrules $line
done
expect 2 "relayrules: 'tcp.smtp' is one of the files to read; the baseline needs another name" relayrules check tcp.smtp --write-baseline tcp.smtp
expect 2 "relayrules: 'tcp.smtp' is one of the files to read; the report needs another name" \
  bash -c 'relayrules check --from tcprules - -o tcp.smtp < tcp.smtp'
diff -r . ../before || fail "a refused command changed a file"
expect 0 "'known' accepts ? findings" relayrules check tcp.smtp --baseline known --write-baseline known
rm -r ../before

# ---- a database on standard output has the same bytes, and a terminal gets none
relayrules compile tcp.smtp -o - 2> /dev/null | cmp - tcp.smtp.cdb || fail "a database through a pipe has other bytes"
expect 2 "relayrules: there is nothing to compare with: *" relayrules compile tcp.smtp -o - --confirm-widening
expect 1 "*relayrules: no database was written" relayrules compile --from tcprules broken -o -
if command -v script > /dev/null; then
  said=$(script -qec 'relayrules compile tcp.smtp -o -' /dev/null < /dev/null) && fail "a terminal was given a database"
  [[ $said == *"relayrules: a CDB is not for a terminal: "* ]] || fail "a database for a terminal: $said"
fi
expect 3 "*$full" bash -c 'relayrules compile tcp.smtp -o other.cdb --show-diff > /dev/full'
[ ! -e other.cdb ] || fail "a database was written whose differences could not be shown"
[ -z "$(find . -name '-*' -o -name '*.tmp')" ] || fail "left behind: $(find . -name '-*' -o -name '*.tmp')"

# ---- a list of clients that cannot be read is not an empty list, and answers come as lines come
expect 3 "relayrules: cannot read '<standard input>': Is a directory" bash -c 'relayrules lookup good.cdb - < .'
coproc relayrules lookup good.cdb -
echo 10.0.0.1 >&"${COPROC[1]}"
read -rt 10 said <&"${COPROC[0]}" || fail "no answer before the list is complete"
[[ $said == *'"ip":"10.0.0.1"'* ]] || fail "the first answer is '$said'"

# ---- what libraries throw is a message
mkdir gone
for line in 'check ../work/tcp.smtp' 'compile tcp.smtp -o x.cdb' 'check tcp.smtp --config x.toml'; do
  mkdir -p gone
  # shellcheck disable=SC2086
  (cd gone && rmdir ../gone && expect 3 "relayrules: cannot *" relayrules $line)
done
if ! grep -q 'RELAYRULES_SANITIZE:[A-Z]*=.' "$BUILD/CMakeCache.txt"; then
  truncate -s 2G huge.tcp.smtp
  expect 3 "relayrules: out of memory" bash -c 'ulimit -v 1000000; relayrules check huge.tcp.smtp'
  expect 111 "tcprules: fatal: out of memory" bash -c 'ulimit -v 400000; tcprules huge.cdb huge.tmp < huge.tcp.smtp'
  [ ! -e huge.tmp ] || fail "a lack of memory leaves the temporary file"
fi

echo "all cases passed"
