#!/bin/bash
# Two compilers that replace one database at the same time, and compilers that are killed at any moment: what stands there is always one of
# the two databases, whole, and after the next compile nothing lies beside it.
source "$SOURCE/tests/end_to_end/begin.bash"

for side in a b; do
  for ((i = 0; i < 3000; i++)); do echo "10.$((i % 200)).$((i / 200)).$((i % 7)):allow,SIDE=\"$side\""; done > $side.tcp.smtp
  if [ $side = b ]; then echo ':deny' >> b.tcp.smtp; fi
  tcprules $side.cdb $side.tmp < $side.tcp.smtp
done
mkdir place
cp a.cdb place/rules.cdb

is_whole() { cmp -s a.cdb place/rules.cdb || cmp -s b.cdb place/rules.cdb; }
is_alone() { [ "$(ls -A place)" = rules.cdb ]; }
# in a shell of its own, which becomes the program: that one is to be killed
compile() { exec relayrules compile -q --no-check "$1.tcp.smtp" -o place/rules.cdb; }
# both of them write the same temporary file
drop_in() { tcprules place/rules.cdb place/rules.tmp < "$1.tcp.smtp" 2> "$1.said"; }

# ---- two of ours are done both
for ((round = 0; round < 100; round++)); do
  compile a & first=$!
  compile b & second=$!
  wait $first || fail "round $round: the first: exit code $?"
  wait $second || fail "round $round: the second: exit code $?"
  is_whole || fail "round $round: no whole database"
  is_alone || fail "round $round: left behind: $(ls -A place)"
done

# ---- of two drop-ins with one temporary file, one may be refused; who is done wrote what stands there
refused=0
for ((round = 0; round < 100; round++)); do
  codes=0
  rm -f place/rules.cdb
  drop_in a & first=$!
  drop_in b & second=$!
  for process in $first $second; do
    code=0
    wait $process || code=$?
    [ $code = 0 ] || [ $code = 111 ] || fail "round $round: exit code $code: $(cat a.said b.said)"
    codes=$((codes + code))
  done
  [ $codes -le 111 ] || fail "round $round: both were refused: $(cat a.said b.said)"
  [ $codes = 0 ] || refused=$((refused + 1))
  is_whole || fail "round $round: no whole database; $(cat a.said b.said)"
  is_alone || fail "round $round: left behind: $(ls -A place)"
  [ -z "$(cat a.said b.said)" ] || [ "$(cat a.said b.said)" = \
    "tcprules: fatal: unable to create place/rules.tmp: another tcprules is writing it" ] ||
    fail "round $round: said $(cat a.said b.said)"
done
echo "$refused of 100 were refused"

# ---- one that waits for its rules holds the file; a temporary file that nobody holds is used
mkfifo rules
tcprules place/rules.cdb place/rules.tmp < rules & waiting=$!
exec 9> rules
until [ -e place/rules.tmp ]; do sleep 0.01; done
sleep 0.1
expect 111 "tcprules: fatal: unable to create place/rules.tmp: another tcprules is writing it" \
  tcprules place/rules.cdb place/rules.tmp
cat b.tcp.smtp >&9
exec 9>&-
wait $waiting || fail "the first was disturbed: exit code $?"
cmp b.cdb place/rules.cdb || fail "the first wrote something else"
printf 'left' > place/rules.tmp
drop_in a || fail "a file that was left: $(cat a.said)"
cmp a.cdb place/rules.cdb || fail "a file that was left is in the database"

# ---- killed at any moment; the processes that live keep what is theirs
for ((round = 0; round < 100; round++)); do
  compile a & first=$!
  compile b & second=$!
  sleep "0.0$((round % 30 / 10))$((round % 10))"
  kill -9 $first 2> /dev/null || true
  wait $first 2> /dev/null || true
  wait $second || fail "round $round: the one that lived: exit code $?"
  is_whole || fail "round $round: no whole database after a kill"
done 2> killed
(compile a)
is_alone || fail "left behind by the killed: $(ls -A place)"

echo "all cases passed"
