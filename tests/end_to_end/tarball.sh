#!/bin/bash
# The file to copy onto any Linux: unpacked into a folder in which there is nothing else, no library, no /etc, no /dev, its programs work there.
source "$SOURCE/tests/end_to_end/begin.bash"
needs cpack chroot readelf
[ -x "$TOOLS/static/relayrules" ] || skip "a static library is missing: what cmake said of 'No static programs' tells which"

cpack --config "$BUILD/CPackConfig.cmake" -G TGZ -B "$PWD/out" > cpack.log 2>&1 || fail "cpack: $(tail -5 cpack.log)"
mkdir root
tar -xzf out/*.tar.gz -C root --strip-components 1
tar -tzf out/*.tar.gz | grep -vE '^relayrules-[0-9.]+-linux-[^/]+/' && fail "it unpacks to more than one folder"
for program in relayrules relayrules-env relayrules-grant relayrules-policyd tcprules tcprulescheck; do
  [ -x root/bin/$program ] || fail "there is no $program"
  [ -z "$(readelf -ld root/bin/$program | grep -E 'INTERP|NEEDED')" ] || fail "$program needs libraries"
done
[ -x root/bin/relayrules-resolve ] && [ -s root/LICENSE ] && [ -s root/share/man/man7/relayrules-checks.7 ] || fail "something is missing"
strings() { tr -c '[:print:]' '\n' < "$1" | grep -F "$2"; }
strings root/bin/relayrules "$SOURCE/" | grep . && fail "it tells where it was built"

# ---- within COMMAND...: with this folder as all there is
within() { chroot root "$@"; }
[ "$(id -u)" = 0 ] || within() { unshare -r chroot root "$@"; }
within /bin/relayrules --version > version || skip "chroot is not permitted here"
printf '127.:allow,RELAYCLIENT=""\n192.168.1:allow,RELAYCLIENT=""\n:allow\n' > root/slip.tcp.smtp
expect 1 "*'192.168.1' can never match a client*RR301 prefix-without-dot*" within /bin/relayrules check slip.tcp.smtp
printf '127.:allow,RELAYCLIENT=""\n10.9.8.7:deny\n:allow\n' > root/tcp.smtp
expect 0 "" within /bin/relayrules compile -q tcp.smtp -o tcp.smtp.cdb
relayrules compile -q root/tcp.smtp -o installed.cdb
cmp installed.cdb root/tcp.smtp.cdb || fail "it compiles to other bytes"
within /bin/tcprules dropin.cdb dropin.tmp < root/tcp.smtp || fail "tcprules"
cmp root/dropin.cdb root/tcp.smtp.cdb || fail "tcprules compiles to other bytes"
expect 0 "127.0.0.1: allow, may send to any domain*" within /bin/relayrules lookup tcp.smtp.cdb --ip 127.0.0.1
expect 0 "*the same decision for every client*" within /bin/relayrules diff tcp.smtp tcp.smtp.cdb
expect 0 "tcp.smtp.cdb: OK*" within /bin/relayrules status tcp.smtp.cdb --source tcp.smtp
printf 'bücher.example\n' > root/rcpthosts
expect 0 "*not an open relay*" within /bin/relayrules audit tcp.smtp rcpthosts
checked='rule 127.:
set environment variable RELAYCLIENT=
allow connection'
export TCPREMOTEIP=127.0.0.1
expect 0 "$checked" within /bin/tcprulescheck tcp.smtp.cdb
expect 0 "relayrules-env: ok * relay=yes rule=127.
$checked" within /bin/relayrules-env --log -x tcp.smtp.cdb /bin/tcprulescheck tcp.smtp.cdb
TCPREMOTEIP=10.9.8.7 expect 100 "" within /bin/relayrules-env -x tcp.smtp.cdb /bin/tcprulescheck tcp.smtp.cdb
expect 111 "relayrules-env: *" within /bin/relayrules-env -x none.cdb /bin/tcprulescheck tcp.smtp.cdb

# ---- grants; hosts.allow through relayrules-env, which finds relayrules beside it by what it needs of /proc and /dev
mkdir -m 755 root/grants
export TCPREMOTEIP=192.0.2.8
expect 0 "relayrules-grant: granted 192.0.2.8 to joe
rule :
allow connection" within /bin/relayrules-grant -v -g /grants --user joe /bin/tcprulescheck tcp.smtp.cdb
expect 0 "192.0.2.8	valid	*	joe	*" within /bin/relayrules grants list /grants
expect 0 "*relay=yes*" within /bin/relayrules-env --log --grants /grants -x tcp.smtp.cdb /bin/tcprulescheck tcp.smtp.cdb
mkdir -p root/etc root/dev root/proc/self
touch root/dev/null
ln -s /bin/relayrules-env root/proc/self/exe
printf 'smtpd : 192.0.2.8 : user nobody : setenv RELAYCLIENT\n' > root/etc/hosts.allow
TCPREMOTEIP=192.0.2.9 expect 0 "192.0.2.9: allow*" within /bin/relayrules-env --dry-run --hosts-access smtpd
# accounts are those of /etc/passwd, and no others: a static program loads nothing
expect 0 "192.0.2.8: deny*" within /bin/relayrules lookup etc/hosts.allow --daemon smtpd --ip 192.0.2.8
printf 'nobody:x:65534:65534::/:\n' > root/etc/passwd
expect 3 "*where the daemon's process may take the user 'nobody'*" within /bin/relayrules lookup etc/hosts.allow --daemon smtpd --ip 192.0.2.8

# ---- the daemon
within /bin/relayrules-policyd --help | grep -q Postfix || fail "relayrules-policyd"
echo "all good"
