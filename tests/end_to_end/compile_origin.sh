#!/bin/bash
# What compile records beside a database (--origin, --serial, --not-after): serials do not go back, the database's bytes are the same, and whichever
# call fails, both files are whole. relayrules status tells of it, and of updates that failed.
source "$SOURCE/tests/end_to_end/begin.bash"
needs strace sha256sum python3

compile() { relayrules compile -q "$@" -o db.cdb; }
hash_of() { sha256sum < "$1" | cut -d ' ' -f 1; }
printf '127.:allow,RELAYCLIENT=""\n:allow\n' > one.tcp.smtp
printf '127.:allow,RELAYCLIENT=""\n10.:deny\n:allow\n' > two.tcp.smtp
printf '10.:allow,RELAYCLIENT=""\n:allow\n' > wider.tcp.smtp

# ---- without being asked nothing is recorded, and what is recorded changes no byte of the database
compile one.tcp.smtp && [ ! -e db.cdb.origin ] || fail "recorded unasked"
cp db.cdb plain.cdb
compile one.tcp.smtp --origin || fail "--origin"
cmp db.cdb plain.cdb || fail "the database has other bytes"
printf 'relayrules origin 1\ndatabase %s\nsource %s one.tcp.smtp\nend\n' "$(hash_of db.cdb)" "$(hash_of one.tcp.smtp)" | cmp - db.cdb.origin || fail "$(cat db.cdb.origin)"
expect 0 "db.cdb: OK*made of $(hash_of one.tcp.smtp)  one.tcp.smtp" relayrules status db.cdb
compile --serial 7 --not-after 2999-12-31T00:00:00Z one.tcp.smtp
expect 0 "db.cdb: OK*  serial  7
  until   2999-12-31T00:00:00Z
  made of *" relayrules status db.cdb
expect 0 "RELAYRULES OK - public*; serial 7 | age=*" relayrules status db.cdb --format nagios
expect 0 "*relayrules_update_failed{database=\"db.cdb\"} 0*relayrules_serial{database=\"db.cdb\"} 7*relayrules_not_after_seconds{database=\"db.cdb\"} 32503593600*" \
  relayrules status db.cdb --format prometheus

# ---- serials: the same rules again, then others; one that goes back; a lost record
cp db.cdb.origin seven
compile --serial 7 --not-after 2999-12-31T00:00:00Z one.tcp.smtp && cmp seven db.cdb.origin || fail "the same again"
unchanged() { cmp -s plain.cdb db.cdb && cmp -s seven db.cdb.origin || fail "$1: something was written"; }
expect 1 "relayrules: 'db.cdb' was not written: it has serial 7, of other rules" compile --serial 7 two.tcp.smtp
unchanged "another file with the same serial"
expect 1 "relayrules: 'db.cdb' was not written: serial 6 is older than 7, which it has" compile --serial 6 two.tcp.smtp
unchanged "an older serial"
expect 1 "*serial 6 is older than 7*" compile --dry-run --serial 6 two.tcp.smtp
expect 1 "*was not written: the rules were to be used until 2001-01-01T00:00:00Z" compile --serial 8 --not-after 2001-01-01T00:00:00Z two.tcp.smtp
expect 1 "*clients gain relaying*" compile --serial 8 --confirm-widening wider.tcp.smtp
unchanged "wider rules"
echo bad > bad.tcp.smtp
expect 1 "*bad.tcp.smtp:1:*'db.cdb' was not written" compile --serial 8 bad.tcp.smtp
unchanged "rules in error"
echo nonsense > db.cdb.origin
expect 3 "relayrules: cannot understand 'db.cdb.origin': it is not what 'relayrules compile --origin' writes" compile --serial 8 two.tcp.smtp
expect 1 "db.cdb: WARNING
  cannot understand 'db.cdb.origin': it is not what 'relayrules compile --origin' writes*" relayrules status db.cdb
cp seven db.cdb.origin
rm db.cdb
expect 1 "*serial 6 is older*" compile --serial 6 two.tcp.smtp
compile --serial 999999999999999999 two.tcp.smtp || fail "the greatest serial"
expect 2 "*'1000000000000000000' is no number of at most 18 digits*" compile --serial 1000000000000000000 two.tcp.smtp
expect 2 "*'-1' is no number*" compile --serial=-1 two.tcp.smtp
expect 2 "*'2026-02-30T00:00:00Z' is no time such as 2026-12-31T00:00:00Z*" compile --not-after 2026-02-30T00:00:00Z two.tcp.smtp
expect 2 "*nothing beside which to record anything*" relayrules compile --serial 8 two.tcp.smtp -o -
expect 2 "*nothing beside which to record anything*" relayrules compile --origin two.tcp.smtp --dry-run

# ---- a database that is replaced past the record; one whose time is over; an update that failed
cp plain.cdb db.cdb
expect 1 "*WARNING*it is not the database that 'db.cdb.origin' tells of*" relayrules status db.cdb
rm db.cdb.origin
compile --serial 1 one.tcp.smtp
sed -i 's/^source/not-after 2001-01-01T00:00:00Z\n&/' db.cdb.origin
expect 1 "*WARNING*it was to be used until 2001-01-01T00:00:00Z*serial  1*" relayrules status db.cdb
compile --serial 1 one.tcp.smtp
printf 'the signature is wrong\nmore\n' > db.cdb.failure
expect 1 "db.cdb: WARNING
  the last update failed: the signature is wrong
  age *" relayrules status db.cdb
relayrules status db.cdb --format json > failed.json || true
expect 1 "*relayrules_update_failed{database=\"db.cdb\"} 1*" relayrules status db.cdb --format prometheus
: > db.cdb.failure
expect 1 "*the last update failed: 'db.cdb.failure' does not say why*" relayrules status db.cdb
echo 'no network' > none.cdb.failure
expect 2 "RELAYRULES CRITICAL - cannot open 'none.cdb': No such file or directory; the last update failed: no network" relayrules status none.cdb --format nagios
rm ./*.failure
relayrules status db.cdb --format json > fine.json
HASH=$(hash_of one.tcp.smtp) python3 - << 'END' || fail "JSON is not as relayrules(1) says"
import json, os
failed, fine = json.load(open("failed.json")), json.load(open("fine.json"))
assert fine["serial"] == 1 and fine["not_after"] is None and fine["update_failure"] is None, fine
assert fine["recorded_sources"] == [{"file": "one.tcp.smtp", "sha256": os.environ["HASH"]}], fine
assert failed["update_failure"] == "the signature is wrong" and failed["status"] == "WARNING", failed
END

# ---- each call fails by which the two files are replaced, one after the other; in one thread, for calls are counted for each by itself
if grep -q __asan_init "$TOOLS/relayrules"; then
  echo "failing calls are not tested with sanitizers: they die when calls of their own fail"
  exit 0
fi
cp plain.cdb old.cdb
sed 's/^serial 7/serial 5/' seven > old.origin
prepare() { cp old.cdb db.cdb && cp old.origin db.cdb.origin; }
traced() { strace -qq -o trace -e inject=clone,clone3:error=EAGAIN "$@" relayrules compile -q --serial 6 two.tcp.smtp -o db.cdb 2>&1; }
prepare
traced > said || fail "$(cat said)"
cp db.cdb new.cdb
cp db.cdb.origin new.origin
# what the loader does before main() is not ours: main() begins with the question whether descriptor 0 is open
sed -nE 's/^([a-z_0-9]+)\(.*/\1/p' trace | awk -v begin="$(grep -n -m 1 '^fcntl(0, F_GETFD' trace | cut -d: -f1)" \
  '{ ++count[$1] } NR >= begin && /^(openat|newfstatat|read|write|lseek|fsync|flock|linkat|renameat|fchmod)$/ { print $1, count[$1] }' > calls
tried=0
while read -r call number; do
  prepare
  code=0
  said=$(traced -e "inject=$call:error=EIO:when=$number") || code=$?
  tried=$((tried + 1))
  what="$call $number fails: exit code $code, said '$said'"
  [ -z "$(ls -A | grep '^\.db')" ] || fail "$what: left behind: $(ls -A)"
  cmp -s db.cdb old.cdb || cmp -s db.cdb new.cdb || fail "$what: half a database"
  cmp -s db.cdb.origin old.origin || cmp -s db.cdb.origin new.origin || fail "$what: half a record"
  if cmp -s db.cdb.origin new.origin; then cmp -s db.cdb new.cdb || fail "$what: the record is there before the database"; fi
  if [ $code = 0 ]; then
    cmp -s db.cdb new.cdb && cmp -s db.cdb.origin new.origin || fail "$what: and nothing is new"
  else
    [[ $code = [23] && -n $said ]] || fail "$what"
  fi
done < calls
[ $tried -ge 50 ] || fail "only $tried calls failed"
echo "all good, $tried failing calls"
