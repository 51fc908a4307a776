#!/bin/bash
# Programs that are started with standard input, output or error closed, in all eight combinations: what they would have said never ends up
# in a database. The original tcprulescheck judges what was written.
#
# Without the original the test says SKIPPED and ends with 77; where CI=true is set it fails.
source "$SOURCE/tests/end_to_end/begin.bash"

[ -x /usr/bin/tcprulescheck ] || skip "needs /usr/bin/tcprulescheck of ucspi-tcp"

# a check has something to say of these, and nothing of it keeps them from being compiled
printf '192.168.1:allow\n127.:allow,RELAYCLIENT=""\n:deny\n' > d.tcp.smtp
relayrules compile d.tcp.smtp -o wanted.cdb 2> said
grep -q prefix-without-dot said || fail "the rules have no finding to print: $(cat said)"
printf '10.:allow\n' > bad.tcp.smtp
printf '10.:alow\n' >> bad.tcp.smtp
printf ':allow,RELAYCLIENT=""\n' > open
tcprules old.cdb old.tmp < open

# judged: what the original says of an outsider's address in out.cdb
judged() { TCPREMOTEIP=8.8.8.8 /usr/bin/tcprulescheck out.cdb; }

# with COMBINATION CODE COMMAND...: runs the command with those descriptors closed that are named in COMBINATION. Afterwards out.cdb is new when
# CODE is 0, else it is the old one, and nothing lies beside it.
with() {
  local closed=$1 code=$2 got=0 names
  shift 2
  cp old.cdb out.cdb
  names=$(ls -A)
  (
    [[ $closed != *0* ]] || exec 0<&-
    [[ $closed != *1* ]] || exec 1>&-
    [[ $closed != *2* ]] || exec 2>&-
    "$@"
  ) > printed 2>> printed || got=$?
  rm printed
  [ "$got" = "$code" ] || fail "closed '$closed': $*: exit code $got instead of $code"
  if [ "$code" = 0 ]; then
    cmp wanted.cdb out.cdb || fail "closed '$closed': $*: other bytes"
    [ "$(judged)" = $'rule :\ndeny connection' ] || fail "closed '$closed': $*: judged '$(judged)'"
  else
    cmp old.cdb out.cdb || fail "closed '$closed': $*: the old database changed"
  fi
  [ "$(ls -A)" = "$names" ] || fail "closed '$closed': $*: left behind: $(ls -A)"
}

from() {
  local file=$1
  shift
  "$@" < "$file"
}

for closed in '' 0 1 2 01 02 12 012; do
  with "$closed" 0 relayrules compile d.tcp.smtp -o out.cdb
  with "$closed" 1 relayrules compile bad.tcp.smtp -o out.cdb
  if [[ $closed == *0* ]]; then
    # there is nothing to read: an error, and not an empty list of rules
    with "$closed" 111 tcprules out.cdb out.tmp
    with "$closed" 3 relayrules compile --from tcprules - -o out.cdb
  else
    with "$closed" 0 from d.tcp.smtp tcprules out.cdb out.tmp
    with "$closed" 100 from bad.tcp.smtp tcprules out.cdb out.tmp
    with "$closed" 0 from d.tcp.smtp relayrules compile --from tcprules - -o out.cdb
  fi
done

# the database takes descriptor 1 or 2 of a program that only reads it, too; what is asked is answered all the same
cp wanted.cdb out.cdb
for closed in '' 0 2 02; do
  said=$(
    [[ $closed != *0* ]] || exec 0<&-
    [[ $closed != *2* ]] || exec 2>&-
    TCPREMOTEIP=8.8.8.8 tcprulescheck out.cdb
  ) || fail "closed '$closed': tcprulescheck: exit code $?"
  [ "$said" = $'rule :\ndeny connection' ] || fail "closed '$closed': tcprulescheck said '$said'"
done

echo "all cases passed"
