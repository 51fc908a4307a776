#!/bin/bash
# POP before SMTP, whole, with the real programs: mail is refused, the user logs in by POP3, his mail is taken, the grant expires, and mail is
# refused again. Loopback addresses are never granted, so the client's address is told as a super-server tells it.
source "$SOURCE/tests/end_to_end/begin.bash"

PATH=$PATH:/usr/sbin
needs python3 mailfront pop3front-auth cvm-pwfile /usr/bin/tcprules
room=$(mktemp -d /tmp/relayrules.XXXXXX)
trap 'rm -rf "$room"' EXIT
chmod 755 "$room"
mkdir -m 755 "$room/grants"
mkdir -p qmail/control Maildir/cur Maildir/new Maildir/tmp
echo ours.example > qmail/control/rcpthosts
echo "joe:secret:$(id -u):$(id -g):Joe:$PWD:/bin/sh" > passwords
printf '192.0.2.66:deny\n192.0.2.70:allow,RELAYGRANT="no"\n192.0.2.80:allow,MARK="here"\n:allow\n' > rules
/usr/bin/tcprules rules.cdb rules.tmp < rules
export CVM_PWFILE_PATH=$PWD/passwords CVM_SASL_PLAIN=cvm-pwfile

# said CLIENT RECIPIENT: the code behind RCPT TO, and nothing where there is no connection
said() {
  printf 'EHLO test\r\nMAIL FROM:<joe@elsewhere.example>\r\nRCPT TO:<%s>\r\nQUIT\r\n' "$2" |
    env TCPREMOTEIP="$1" PROTO=TCP TCPLOCALIP=198.51.100.25 QMAILHOME="$PWD/qmail" relayrules-env --grants "$room/grants" \
      --never 192.0.2.90 --log -x rules.cdb mailfront smtp echo relayclient qmail-validate 2> log | tr -d '\r' | sed -n '/^[45]/p; /Recipient=/p' |
    cut -c1-3 | head -1
}
log_in() {
  printf 'USER joe\r\nPASS %s\r\nQUIT\r\n' "$2" |
    env TCPREMOTEIP="$1" PROTO=TCP pop3front-auth cvm-pwfile relayrules-grant --grants "$room/grants" --seconds "${3:-900}" pop3front-maildir \
      > pop 2>&1 || true
}
is() { [ "$2" = "$3" ] || fail "$1: '$2', not '$3' ($(cat log 2> /dev/null))"; }

is "ours, before" "$(said 192.0.2.8 u@ours.example)" 250
is "elsewhere, before" "$(said 192.0.2.8 u@other.example)" 550
rm -f "$room"/grants/*
printf 'USER joe\r\nPASS wrong\r\nQUIT\r\n' | env TCPREMOTEIP=192.0.2.8 PROTO=TCP pop3front-auth cvm-pwfile \
  relayrules-grant --grants "$room/grants" pop3front-maildir > pop 2>&1 || true
is "elsewhere, after a wrong password" "$(said 192.0.2.8 u@other.example)" 550
log_in 192.0.2.8 secret
grep -q '+OK' pop || fail "pop3front: $(cat pop)"
is "elsewhere, after the login" "$(said 192.0.2.8 u@other.example)" 250
grep -q 'relay=yes rule= grant=joe' log || fail "the log does not tell of the grant: $(cat log)"
is "another client" "$(said 192.0.2.9 u@other.example)" 550
# a deny, a rule that opts out and a gateway have no use of it; the environment of the rule stays
for client in 192.0.2.66 192.0.2.70 192.0.2.80 192.0.2.90; do log_in $client secret; done
is "a denied client" "$(said 192.0.2.66 u@ours.example)" ""
is "a rule without grants" "$(said 192.0.2.70 u@other.example)" 550
is "a gateway" "$(said 192.0.2.90 u@other.example)" 550
is "a rule with an environment" "$(said 192.0.2.80 u@other.example)" 250
# shellcheck disable=SC2016  # the inner shell expands it
is "its environment" "$(env TCPREMOTEIP=192.0.2.80 relayrules-env --grants "$room/grants" -x rules.cdb sh -c 'echo "<$RELAYCLIENT> $MARK"')" "<> here"
# shellcheck disable=SC2016
is "what a grant sets" "$(env TCPREMOTEIP=192.0.2.80 MARK=inherited A=inherited relayrules-env --grants "$room/grants" --grant-set MARK=there \
  --grant-set 'A=b = c' --grant-set B= -x rules.cdb sh -c 'echo "<$RELAYCLIENT> $MARK $A <${B-unset}>"')" "<> here b = c <>"
# shellcheck disable=SC2016
is "nothing is set without a grant" "$(env TCPREMOTEIP=192.0.2.9 relayrules-env --grants "$room/grants" --grant-set A=b -x rules.cdb \
  sh -c 'echo "${RELAYCLIENT-unset} ${A-unset}"')" "unset unset"
expect 0 "192.0.2.8: allow, may send to any domain
  key    (the empty key)
  grant  joe
  env    RELAYCLIENT=\"\"
  env    RELAYCLIENT=\"@joe\"
  env    A=\"b\"" env TCPREMOTEIP=192.0.2.8 relayrules-env --dry-run --grants "$room/grants" --grant-set RELAYCLIENT=@joe --grant-set A=b -x rules.cdb
# a network of IPv6, where both sides say so
env TCPREMOTEIP=2001:db8::1 relayrules-grant -g "$room/grants" --ipv6-bits 64 true
relay_v6() { env TCPREMOTEIP=2001:db8::2 relayrules-env --grants "$room/grants" "$@" -x rules.cdb printenv RELAYCLIENT || echo no; }
is "a network" "$(relay_v6)$(relay_v6 --ipv6-bits 64)$(relay_v6 --ipv6-bits 56)" nono
# it ends by itself
is "a short belief" "$(sleep 1.2; env TCPREMOTEIP=192.0.2.80 relayrules-env --grants "$room/grants" --grant-seconds 1 -x rules.cdb printenv RELAYCLIENT || echo no)" no
log_in 192.0.2.10 secret 1
sleep 1.2
is "after its time" "$(said 192.0.2.10 u@other.example)" 550
# a store that others can write to, or that is gone, gives nothing, and the rules hold
chmod 777 "$room/grants"
is "an unsafe store" "$(said 192.0.2.8 u@other.example)" 550
grep -q "no grants: '$room/grants' can be written by others" log || fail "nothing is said of an unsafe store: $(cat log)"
is "an unsafe store, to ours" "$(said 192.0.2.8 u@ours.example)" 250
chmod 755 "$room/grants"
is "the store as it was" "$(said 192.0.2.8 u@other.example)" 250
mv "$room/grants" "$room/moved"
# no_store WHAT REASON: no grants, which is said, and the rules hold
no_store() {
  is "$1" "$(said 192.0.2.8 u@other.example)" 550
  grep -q "^relayrules-env: no grants: $2" log || fail "$1: nothing is said of it: $(cat log)"
  is "$1, to ours" "$(said 192.0.2.8 u@ours.example)" 250
}
no_store "a store that is gone" "cannot open the folder '$room/grants': No such file or directory"
ln -s "$room/moved" "$room/grants"
no_store "a store swapped for a link" "'$room/grants' is a symbolic link"
ln -sfn none "$room/grants"
no_store "a store swapped for a link to nothing" "'$room/grants' is a symbolic link"
rm "$room/grants"
cp "$room/moved/192.0.2.8" "$room/grants"
no_store "a store swapped for a file" "cannot open the folder '$room/grants': Not a directory"
rm "$room/grants"
mkfifo "$room/grants"
no_store "a store swapped for a pipe" "cannot open the folder '$room/grants': Not a directory"
rm "$room/grants"
mv "$room/moved" "$room/grants"
# what was opened for all that does not get into PROG
list='import os; print(*sorted(int(f) for f in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{f}")))'
python3 -c "$list" < /dev/null > wanted
for client in 192.0.2.8 192.0.2.9; do
  TCPREMOTEIP=$client relayrules-env --log --grants "$room/grants" -x rules.cdb python3 -c "$list" < /dev/null > found 2> log || fail "$(cat log)"
  cmp found wanted || fail "descriptors $(cat found), not $(cat wanted)"
done
expect 100 "relayrules-env: --never: not addresses*" relayrules-env --never 10.0.0.1/8 -x rules.cdb true
expect 100 "relayrules-env: --grant-set: not a variable's name*" relayrules-env --grant-set A -x rules.cdb true
expect 100 "relayrules-env: --grant-set: not a variable's name*" relayrules-env --grant-set =A -x rules.cdb true
# shellcheck disable=SC2046
expect 100 "relayrules-env: --grant-set: more than 32*" relayrules-env $(printf -- '--grant-set A%s= ' {1..33}) -x rules.cdb true
expect 100 "relayrules-env: --grant-seconds: not 1 to 86400*" relayrules-env --grant-seconds 86401 -x rules.cdb true
expect 100 "relayrules-env: --ipv6-bits: not 48 to 128*" relayrules-env --ipv6-bits 47 -x rules.cdb true
