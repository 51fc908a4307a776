#!/bin/bash
# The drop-in tcprules as a user or a script calls it: bad input of every kind, pipes, limits, two at once.
source "$SOURCE/tests/end_to_end/begin.bash"

# expect CODE MESSAGE COMMAND...: standard error must be exactly MESSAGE.
expect() {
  local code=$1 message=$2 got=0 said
  shift 2
  said=$("$@" 2>&1 >/dev/null) || got=$?
  [ "$got" = "$code" ] || fail "$*: exit code $got instead of $code ($said)"
  [ "$said" = "$message" ] || fail "$*: said '$said' instead of '$message'"
}

tcprules=$TOOLS/tcprules

printf '10.:allow,RELAYCLIENT=""\n:deny\n' > good
expect 0 "" "$tcprules" rules.cdb rules.tmp < good
[ "$(ls)" = "$(printf 'good\nrules.cdb')" ] || fail "something was left behind: $(ls)"
cp rules.cdb before.cdb

# the rules may come through a pipe, slowly
{ printf '10.:allow,RELAY'; sleep 0.1; printf 'CLIENT=""\n:de'; sleep 0.1; printf 'ny\n'; } | "$tcprules" pipe.cdb pipe.tmp
cmp before.cdb pipe.cdb || fail "through a pipe the bytes are others"

# an error leaves the old database
expect 100 "tcprules: fatal: unable to parse this line: 10.:alow" "$tcprules" rules.cdb rules.tmp <<< "10.:alow"
cmp before.cdb rules.cdb || fail "an error changed the old database"
[ ! -e rules.tmp ] || fail "an error left the temporary file"

# the recipe that destroys the rules with the original
cp good tcp.smtp.tmp
expect 111 "tcprules: fatal: unable to create tcp.smtp.tmp: it is the file that the rules are read from; name another temporary file" \
  "$tcprules" rules.cdb tcp.smtp.tmp < tcp.smtp.tmp
cmp good tcp.smtp.tmp || fail "the source was damaged"

# a line of 10 MB, good and bad
{ printf '10.:allow,A="'; head -c 10000000 /dev/zero | tr '\0' x; printf '"\n'; } > long
expect 0 "" "$tcprules" long.cdb long.tmp < long
[ "$(stat -c %s long.cdb)" -gt 10000000 ] || fail "a long line was cut"
{ printf '10.:nonsense'; head -c 10000000 /dev/zero | tr '\0' x; printf '\n'; } > long
got=0
"$tcprules" long.cdb long.tmp < long 2> said || got=$?
[ "$got" = 100 ] || fail "a long bad line: exit code $got"
[ "$(stat -c %s said)" -gt 10000000 ] || fail "the message for a long bad line was cut"

# long enough for many pieces and a second thread: the same bytes as from one piece after the other by the original, through a pipe too
awk 'BEGIN { srand(7); for (i = 0; i < 150000; i++)
  printf "%d.%d.%d.%s:%s\n", i % 223, i / 223 % 256, rand() * 256, i % 5 ? int(rand() * 256) : "", i % 3 ? "deny" : "allow,RELAYCLIENT=\"\",N=\"" i "\"" }' > many
expect 0 "" "$tcprules" many.cdb many.tmp < many
cat many | expect 0 "" "$tcprules" piped.cdb many.tmp
cmp many.cdb piped.cdb || fail "many rules through a pipe give other bytes"
if command -v /usr/bin/tcprules > /dev/null; then
  /usr/bin/tcprules original.cdb many.tmp < many
  cmp original.cdb many.cdb || fail "many rules give other bytes than the original writes"
fi
"$TOOLS/relayrules" compile --no-check --from tcprules many -o ours.cdb -q
cmp many.cdb ours.cdb || fail "relayrules compile and tcprules do not agree on many rules"
# a bad line far behind the beginning is the one that is complained about, and nothing is written
{ cat many; echo "10.:alow"; cat many; echo "11.:alow"; } > many_bad
expect 100 "tcprules: fatal: unable to parse this line: 10.:alow" "$tcprules" many.cdb many.tmp < many_bad
cmp many.cdb piped.cdb || fail "an error far behind the beginning changed the old database"
said=$("$TOOLS/relayrules" compile --from tcprules many_bad -o ours.cdb 2>&1) && fail "bad lines were compiled"
[ "$(grep -c 'bad-verdict' <<< "$said")" = 2 ] || fail "two bad lines in a long file were not both reported"
grep -q '^many_bad:150001:5: error' <<< "$said" || fail "the bad line in a long file has another place: $said"

# zeros are one line without a colon: no rules, no error (32 MB here; memory grows with the longest line)
expect 0 "" "$tcprules" zeros.cdb zeros.tmp < <(head -c 33554432 /dev/zero)
[ "$(stat -c %s zeros.cdb)" = 2048 ] || fail "zeros gave rules"

# a closed standard output and a closed standard error are nobody's problem
"$tcprules" rules.cdb rules.tmp < good >&- || fail "without standard output"
"$tcprules" rules.cdb rules.tmp < good 2>&- || fail "without standard error"

# two compilers at once, each with its own temporary file, as the manual asks: always one whole database
for round in 1 2 3 4 5 6 7 8; do
  "$tcprules" rules.cdb one.tmp < good &
  "$tcprules" rules.cdb two.tmp < good &
  wait
  cmp before.cdb rules.cdb || fail "two at once damaged the database in round $round"
done

# killed at any moment: the old database stands
head -c 3000000 /dev/zero | tr '\0' '\n' > slow
for round in 1 2 3 4 5 6 7 8 9 10; do
  { cat slow; sleep 0.3; } | "$tcprules" rules.cdb killed.tmp &
  sleep "0.0$round"
  kill -9 $! 2>/dev/null || true
  wait $! 2>/dev/null || true
  cmp before.cdb rules.cdb || fail "kill -9 damaged the database"
done
echo "all good"
