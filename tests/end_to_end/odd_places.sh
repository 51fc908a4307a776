#!/bin/bash
# Places in which no file can be replaced, outputs that are full, and outputs that would be read in the same run.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '10.1.2:deny\n127.:allow,RELAYCLIENT=""\n:deny\n' > tcp.smtp
relayrules compile --no-check tcp.smtp -o tcp.smtp.cdb
cp tcp.smtp before

# ---- no option replaces what is read in the same run: the rules, under whatever name, and the database beside them
ln tcp.smtp hard
ln -s tcp.smtp soft
ln tcp.smtp.cdb hard.cdb
ln -s tcp.smtp.cdb soft.cdb
names=$(ls -A)
refused() {
  local output=$1 said code=0
  shift
  said=$("$@" "$output" 2>&1) || code=$?
  [ "$code" = 2 ] || fail "$* $output: exit code $code, said '$said'"
  [[ $said == "relayrules: '$output' is "*" need"*" another name" ]] || fail "$* $output: said '$said'"
  cmp before tcp.smtp || fail "$* $output: the rules changed"
  [ "$(ls -A)" = "$names" ] || fail "$* $output: left behind: $(ls -A)"
}
for output in tcp.smtp hard soft; do
  refused $output relayrules compile --no-check tcp.smtp -o
  refused $output relayrules check tcp.smtp -o
  refused $output relayrules check tcp.smtp --write-baseline
  refused $output relayrules audit tcp.smtp -o
  refused $output relayrules map tcp.smtp -o
done
for output in tcp.smtp.cdb hard.cdb soft.cdb; do
  refused $output relayrules check tcp.smtp -o
  refused $output relayrules check tcp.smtp --write-baseline
  refused $output relayrules audit tcp.smtp -o
  refused $output relayrules map tcp.smtp -o
  refused $output relayrules minimise tcp.smtp -o
done

# ---- full outputs, in all combinations: the database is as good as ever, or the old one stands
for full in 1 2 12; do
  for program in compile tcprules; do
    printf 'old' > out.cdb
    command=(relayrules compile --fail-on never tcp.smtp -o out.cdb)
    [ $program = compile ] || command=(tcprules out.cdb out.tmp)
    code=0
    (
      [[ $full != *1* ]] || exec > /dev/full
      [[ $full != *2* ]] || exec 2> /dev/full
      "${command[@]}"
    ) < tcp.smtp > /dev/null 2>&1 || code=$?
    [ $code = 0 ] || fail "full '$full': ${command[*]}: exit code $code"
    cmp tcp.smtp.cdb out.cdb || fail "full '$full': ${command[*]}: other bytes"
  done
  code=0
  (
    [[ $full != *1* ]] || exec > /dev/full
    [[ $full != *2* ]] || exec 2> /dev/full
    relayrules dump tcp.smtp.cdb
  ) > /dev/null 2>&1 || code=$?
  wanted=3
  [ $full != 2 ] || wanted=0
  [ $code = $wanted ] || fail "full '$full': dump: exit code $code"
done
rm out.cdb

# ---- a working folder that was deleted
mkdir gone
gone() {
  mkdir -p gone
  local code=$1 pattern=$2
  shift 2
  cd gone
  rmdir ../gone
  expect "$code" "$pattern" "$@"
  cd ..
}
top=$PWD
gone 3 "relayrules: cannot create a file beside 'o.cdb': *" relayrules compile --no-check "$top/tcp.smtp" -o o.cdb
gone 3 "relayrules: cannot create a file beside 'o': *" relayrules audit "$top/tcp.smtp" -o o
gone 111 "tcprules: fatal: unable to create o.tmp: file does not exist" tcprules o.cdb o.tmp
gone 0 "" relayrules compile --no-check "$top/tcp.smtp" -o "$top/out.cdb"
cmp tcp.smtp.cdb out.cdb || fail "compiled in a deleted folder: other bytes"

# ---- a report that would not tell of files that could not be read does not replace an old one
echo old > report
expect 3 "*cannot open*nosuch*relayrules: '"'report'"' was not written: not all files could be read" relayrules check nosuch.tcp.smtp -o report
[ "$(cat report)" = old ] || fail "the old report is gone"

# ---- a file that is a mount of its own, as containers have them
if [ "$(id -u)" != 0 ] || ! unshare -m true 2> /dev/null; then
  echo "NOT TESTED: a mount of its own needs root and unshare"
  exit 0
fi
mount="it is a mount of its own, as in containers; mount its folder"
export -f expect fail
export mount
unshare -m bash -euo pipefail -c '
  mkdir place
  cd place
  cp ../before tcp.smtp
  printf old > rules.cdb
  printf old > report
  for file in *; do mount --bind $file $file; done
  expect 3 "relayrules: cannot replace '\''rules.cdb'\'': $mount" relayrules compile --no-check ../tcp.smtp -o rules.cdb
  expect 111 "tcprules: fatal: unable to move rules.tmp to rules.cdb: device busy" tcprules rules.cdb rules.tmp
  expect 3 "relayrules: cannot replace '\''report'\'': $mount" relayrules audit ../tcp.smtp -o report
  expect 3 "*relayrules: cannot replace '\''tcp.smtp'\'': $mount" relayrules check --fix tcp.smtp
  [ "$(cat rules.cdb report)" = oldold ] || fail "what is mounted changed"
  cmp ../before tcp.smtp || fail "rules that are mounted changed"
  [ "$(echo *)" = "report rules.cdb tcp.smtp" ] || fail "left behind: $(ls -A)"
' || fail "mounts of their own"

# ---- where nothing is mounted at /proc, as in a bare folder that one changed the root to
if grep -q __asan_init "$TOOLS/relayrules"; then
  echo "not tested with sanitizers: they miss /proc themselves"
else
  unshare -m bash -euo pipefail -c '
    source "$SOURCE/tests/end_to_end/begin.bash"
    mkdir bare
    cp ../tcp.smtp .
    mount -t tmpfs none /proc
    expect 0 "" relayrules compile -q --no-check tcp.smtp -o new.cdb
    cmp new.cdb ../tcp.smtp.cdb || fail "other bytes without /proc"
    [ "$(ls -A new* .new* 2> /dev/null)" = new.cdb ] || fail "left behind without /proc: $(ls -A)"
  ' || fail "without /proc"
fi

echo "all cases passed"
