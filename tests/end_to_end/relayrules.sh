#!/bin/bash
# relayrules compile, check, lookup and dump as a user calls them with bad input of every kind: a clear message, the right exit code, and the
# old database whole in every case.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '10.:allow,RELAYCLIENT=""\n:deny\n' > good.tcp.smtp
relayrules compile good.tcp.smtp -o rules.cdb
cp rules.cdb before.cdb

# check_whole: the old database stands, and nothing lies beside it
check_whole() {
  cmp -s before.cdb rules.cdb || fail "$1: the old database is not what it was"
  local left
  left=$(find . -name '*.tmp' -o -name '.rules.cdb*')
  [ -z "$left" ] || fail "$1: left behind: $left"
}

# ---- files that cannot be read or are not what they seem
expect 3 "relayrules: cannot open 'none': No such file or directory" relayrules compile none -o rules.cdb
mkdir -p empty
expect 3 "relayrules: cannot use 'empty': no rules about clients are in it" relayrules compile empty -o rules.cdb
expect 3 "relayrules: cannot use 'before.cdb': it is a CDB, not rules; 'relayrules dump' turns it into rules" relayrules compile before.cdb -o rules.cdb
expect 2 "relayrules: 'good.tcp.smtp' is one of the files to read; the database needs another name" relayrules compile good.tcp.smtp -o good.tcp.smtp
expect 2 "*RULES is required*" relayrules compile
expect 2 "relayrules: compile needs -o OUT.cdb, or --dry-run" relayrules compile good.tcp.smtp
expect 2 "relayrules: there is no command 'chek'; did you mean 'check'?*" relayrules chek
expect 0 "would write 'rules.cdb': 2 records, 21?? bytes" relayrules compile good.tcp.smtp -o rules.cdb --dry-run
printf 'tcp-env : 127. : setenv = RELAYCLIENT\nsshd : 10.\n' > hosts.allow
expect 3 "relayrules: cannot use 'hosts.allow': no rule is about the daemon 'tcpenv': libwrap lets every client in; *" relayrules compile hosts.allow --daemon tcpenv -o rules.cdb
expect 1 "*choose one with --daemon*" relayrules compile hosts.allow -o rules.cdb
check_whole "a compile that could not begin"

# ---- text in error: the findings, and nothing written
printf '10.:allow\n192.168.1. deny\n' > bad.tcp.smtp
expect 1 "*line-without-colon*'rules.cdb' was not written" relayrules compile bad.tcp.smtp -o rules.cdb
expect 1 "*line-without-colon*" relayrules compile bad.tcp.smtp -o rules.cdb --no-check --fail-on never
printf '10.:allow\0\n' > nul.tcp.smtp
expect 1 "*control-character*" relayrules compile nul.tcp.smtp -o rules.cdb
printf ':allow,RELAYCLIENT=""\n' > open.tcp.smtp
expect 1 "*open-relay*'rules.cdb' was not written" relayrules compile open.tcp.smtp -o rules.cdb
check_whole "a compile with errors"
expect 0 "" relayrules compile open.tcp.smtp -o open.cdb --no-check
: > empty.tcp.smtp
expect 0 "*empty-policy*" relayrules compile empty.tcp.smtp -o empty.cdb
[ "$(stat -c %s empty.cdb)" = 2048 ] || fail "no rules gave records"
printf '\377\376:deny\n:allow' > invalid.tcp.smtp
expect 0 "*dead-key*" relayrules compile invalid.tcp.smtp -o invalid.cdb
{ printf '10.:deny,A="'; head -c 10000000 /dev/zero | tr '\0' x; printf '"\n:allow'; } > long.tcp.smtp
relayrules compile long.tcp.smtp -o long.cdb 2> said || fail "a line of 10 MB: $(head -c 300 said)"
[ "$(stat -c %s said)" -lt 10000 ] || fail "a message repeats a line of 10 MB"
truncate -s 64M zeros.tcp.smtp
expect 1 "*control-character*" relayrules compile zeros.tcp.smtp -o rules.cdb
if [ -n "${RELAYRULES_LARGE:-}" ]; then
  truncate -s 2G zeros.tcp.smtp
  expect 1 "*control-character*" relayrules compile zeros.tcp.smtp -o rules.cdb
fi
check_whole "odd bytes"

# ---- the target
expect 3 "relayrules: cannot write '*': it exists and is no regular file" relayrules compile good.tcp.smtp -o /dev/null
expect 3 "relayrules: cannot open the folder of 'none/x.cdb': No such file or directory" relayrules compile good.tcp.smtp -o none/x.cdb
for ((i = 0; i < 5000; i++)); do printf '10.%d.%d.1:deny\n' $((i / 250)) $((i % 250)); done > many.tcp.smtp
printf ':allow\n' >> many.tcp.smtp
(
  ulimit -f 16
  expect 3 "relayrules: cannot write 'rules.cdb': File too large" relayrules compile many.tcp.smtp -o rules.cdb
)
check_whole "a full disk"
mkdir closed
cp rules.cdb closed/
chmod 755 . closed
chown 0:0 closed 2> /dev/null || true
chmod 555 closed
if [ "$(id -u)" = 0 ]; then
  chmod 644 good.tcp.smtp
  cp "$TOOLS/relayrules" /tmp/relayrules.$$
  mkdir "/tmp/closed.$$"
  cp good.tcp.smtp rules.cdb "/tmp/closed.$$/"
  got=0
  said=$(setpriv --reuid=65534 --regid=65534 --clear-groups "/tmp/relayrules.$$" compile "/tmp/closed.$$/good.tcp.smtp" -o "/tmp/closed.$$/rules.cdb" 2>&1) || got=$?
  cmp -s before.cdb "/tmp/closed.$$/rules.cdb" || fail "a closed folder: the old database changed"
  rm -rf "/tmp/closed.$$" "/tmp/relayrules.$$"
  [ "$got" = 3 ] || fail "a closed folder: exit code $got ($said)"
  [[ $said == *"cannot create a file beside"*"Permission denied" ]] || fail "a closed folder: said '$said'"
else
  expect 3 "*cannot create a file beside*Permission denied" relayrules compile good.tcp.smtp -o closed/rules.cdb
fi
chmod 755 closed

# ---- owner and mode stay, a link is followed
chmod 640 rules.cdb
ln -s rules.cdb link.cdb
relayrules compile good.tcp.smtp -o link.cdb
[ -L link.cdb ] || fail "the link was replaced"
[ "$(stat -c %a rules.cdb)" = 640 ] || fail "the mode was not kept"

# ---- death at any moment: what is there is the old database or the new one
for ((i = 0; i < 20000; i++)); do printf '10.%d.%d.%d:deny\n' $((i / 2500)) $((i / 10 % 250)) $((i % 10)); done > large.tcp.smtp
printf ':allow\n' >> large.tcp.smtp
relayrules compile large.tcp.smtp -o new.cdb
for signal in KILL TERM; do
  for ((i = 0; i < 40; i++)); do
    cp before.cdb rules.cdb
    relayrules compile large.tcp.smtp -o rules.cdb 2> /dev/null &
    pid=$!
    sleep "0.0$((RANDOM % 5))$((RANDOM % 10))"
    { kill -$signal $pid && wait $pid; } 2> /dev/null || true
    cmp -s before.cdb rules.cdb || cmp -s new.cdb rules.cdb || fail "SIG$signal left half a database"
    # between two system calls SIGKILL may leave a name; no other signal may
    [ $signal = KILL ] || [ -z "$(find . -name '.rules.cdb*')" ] || fail "SIG$signal left a temporary file"
  done
done
rm -f .rules.cdb*

# ---- two at once: one of the two results, whole
for ((i = 0; i < 20; i++)); do
  relayrules compile large.tcp.smtp -o rules.cdb &
  relayrules compile good.tcp.smtp -o rules.cdb &
  wait
  cmp -s before.cdb rules.cdb || cmp -s new.cdb rules.cdb || fail "two compilers at once mixed their databases"
done
[ -z "$(find . -name '.rules.cdb*')" ] || fail "two compilers at once left something behind"

# ---- lookup and dump of databases that are none
head -c 100 before.cdb > short.cdb
expect 3 "relayrules: cannot read 'short.cdb': it is no whole CDB: it ends before its table of contents does; compile the rules again" relayrules lookup short.cdb --ip 10.0.0.1
expect 3 "relayrules: cannot read 'short.cdb': *" relayrules dump short.cdb
expect 2 "relayrules: '10.0.0' is no IPv4 or IPv6 address" relayrules lookup before.cdb --ip 10.0.0
expect 0 "*10.:allow*" relayrules dump before.cdb
[ "$(printf '10.0.0.1\r\nnonsense\n' | relayrules lookup before.cdb - | wc -l)" = 2 ] || fail "a list of clients lost a line"

echo "all cases passed"
