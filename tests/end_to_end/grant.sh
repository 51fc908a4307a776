#!/bin/bash
# relayrules-grant: behind the real pop3front-auth and imapfront-auth a login is recorded; and whatever is wrong with the grant, the login goes on.
source "$SOURCE/tests/end_to_end/begin.bash"

PATH=$PATH:/usr/sbin
needs pop3front-auth imapfront-auth cvm-pwfile flock setpriv
# not in the build folder: who may write above it is nobody's business here
room=$(mktemp -d /tmp/relayrules.XXXXXX)
trap 'rm -rf "$room"' EXIT
store=$room/grants
chmod 755 "$room"
mkdir -m 755 "$store"
export TCPREMOTEIP=192.0.2.8 USER=joe
unset TCPREMOTEHOST TCPREMOTEINFO
grant() { relayrules-grant --grants "$store" "$@"; }
field() { sed -n "s/^$2 //p" "$store/$1"; }

# ---- what it says of itself, and relayrules-grant(8) of the same options
relayrules-grant --help > help || fail "--help"
relayrules-grant -h | cmp - help || fail "-h"
[[ $(relayrules-grant --version) == "relayrules-grant "[0-9]* ]] || fail "--version"
page=$SOURCE/man/relayrules-grant.8
for option in $(grep -oE '^ +-[-a-z, 0-9]+' help | grep -oE -- '-[-a-z0-9]+'); do
  grep -qE "^\.It( .*)? Fl ${option#-}( |$)" "$page" || fail "relayrules-grant(8) does not say what $option does"
done
for option in $(grep -E '^\.It Fl' "$page" | grep -oE 'Fl -?[-a-z0-9]+' | sed -E 's/^Fl -/--/; s/^Fl /-/'); do
  grep -qE -- "(^|[ ,])$option([ ,]|$)" help || fail "relayrules-grant(8) tells of $option, which --help does not know"
done
expect 100 "relayrules-grant: --foo: there is no such option*" grant --foo echo
expect 100 "relayrules-grant: --user: a value is missing*" grant --user
expect 100 "relayrules-grant: there is no PROG to run*" grant
expect 111 "relayrules-grant: cannot run no/such: there is no such program" grant no/such
expect 111 "relayrules-grant: cannot run /: it cannot be executed" grant /
expect 0 "-x --help" grant echo -x --help
[ "$(field 192.0.2.8 user)" = joe ] || fail "USER is not the user"

# ---- POP3 and IMAP: the password is wrong, then right
mkdir -p Maildir/cur Maildir/new Maildir/tmp
echo "joe:secret:$(id -u):$(id -g):Joe:$PWD:/bin/sh" > passwords
export CVM_PWFILE_PATH=$PWD/passwords CVM_SASL_PLAIN=cvm-pwfile
# slowly STEP...: each step when the server had time to answer the one before
slowly() {
  local step
  for step in "$@"; do
    sleep 0.2
    printf '%s\r\n' "$step"
  done
}
pop3() {
  slowly "USER joe" "PASS $1" STAT QUIT |
    env -u USER TCPREMOTEIP=192.0.2.9 pop3front-auth cvm-pwfile relayrules-grant -v --grants "$store" --service pop3 pop3front-maildir Maildir 2> log || true
}
[[ $(pop3 wrong) != *"+OK 0 0"* && ! -e $store/192.0.2.9 ]] || fail "a wrong password is a login"
[[ $(pop3 secret) == *"+OK 0 0"* ]] || fail "no mailbox behind relayrules-grant: $(cat log)"
grep -qx 'relayrules-grant: granted 192.0.2.9 to joe' log || fail "nothing is said with -v: $(cat log)"
[ "$(field 192.0.2.9 user) $(field 192.0.2.9 service) $(field 192.0.2.9 seconds)" = "joe pop3 900" ] || fail "$(cat "$store/192.0.2.9")"
[ $(($(date +%s) - $(field 192.0.2.9 time))) -le 5 ] || fail "the time is not that of the login"
slowly '1 LOGIN joe secret' |
  env -u USER TCPREMOTEIP=2001:db8::9 imapfront-auth relayrules-grant --grants "$store" --service imap sh -c 'echo "$IMAPLOGINTAG OK in"' > said 2> log
grep -q '^1 OK in' said || fail "no IMAP behind relayrules-grant: $(cat said log)"
[ "$(field 2001:db8::9 user) $(field 2001:db8::9 service)" = "joe imap" ] || fail "no grant by IMAP"

# ---- the interface of checkpassword: a name and a password on descriptor 3
cat > checkpassword << 'EOF'
#!/bin/bash
{ IFS= read -rd '' name; IFS= read -rd '' password; } <&3
[ "$name $password" = "ann secret" ] || exit 1
exec 3<&-
export USER=ann
exec "$@"
EOF
chmod +x checkpassword
printf 'ann\0secret\0Y123\0' > login
TCPREMOTEIP=192.0.2.10 ./checkpassword relayrules-grant -g "$store" echo in 3< login > said
[ "$(cat said) $(field 192.0.2.10 user)" = "in ann" ] || fail "no grant behind checkpassword"

# ---- options
grant --ip ::ffff:192.0.2.20 --user x@example.org --service imap --seconds 60 true
[ "$(field 192.0.2.20 user) $(field 192.0.2.20 service) $(field 192.0.2.20 seconds)" = "x@example.org imap 60" ] || fail "options"
grant --ip 2001:db8:1::1 --ipv6-bits 64 true
[ "$(field 2001:db8:1::_64 address)" = 2001:db8:1::/64 ] || fail "--ipv6-bits"

# ---- no grant: one line, and PROG runs
# refused PATTERN COMMAND...: its one line on standard error, while PROG runs as if nothing were.
refused() {
  local pattern=$1 said
  shift
  # a pipe, since no file may grow where the disk is full
  said=$({ "$@" echo on 2>&1 >&3 | cat > why; exit "${PIPESTATUS[0]}"; } 3>&1) || fail "$*: the login ended with $? ($(cat why))"
  [ "$said" = on ] || fail "$*: PROG said '$said'"
  # shellcheck disable=SC2053
  [[ $(cat why) == "relayrules-grant: not granted "$pattern && $(wc -l < why) = 1 ]] || fail "$*: said '$(cat why)', not '$pattern'"
}
refused "192.0.2.8 to joe: no store is named: --grants STORE" relayrules-grant
refused "192.0.2.8 to joe: cannot open the folder '$room/none': No such file or directory" relayrules-grant -g "$room/none"
refused "192.0.2.8 to joe: the store's path 'grants' does not begin with '/'" relayrules-grant -g grants
ln -s "$store" "$room/link"
refused "192.0.2.8 to joe: '$room/link' is a symbolic link: name the folder that it leads to" relayrules-grant -g "$room/link"
touch "$room/file"
refused "192.0.2.8 to joe: cannot open the folder '$room/file': Not a directory" relayrules-grant -g "$room/file"
mkdir -m 1777 "$room/open"
mkdir -m 777 "$room/opener"
refused "192.0.2.8 to joe: '$room/open' can be written by others (mode 1777): chmod go-w '$room/open'" relayrules-grant -g "$room/open"
mkdir -m 755 "$room/opener/grants"
refused "192.0.2.8 to joe: '$room/opener' can be written by others (mode 0777)*" relayrules-grant -g "$room/opener/grants"
refused "192.0.2.8 to joe: 'relay-ctrl:/' is only read; *" relayrules-grant -g relay-ctrl:/
for wrong in "seconds 0" "seconds 86401" "seconds 9m" "seconds " "ipv6-bits 47" "per-user 65" "per-user -1" "in-total 99999999999"; do
  refused "192.0.2.8 to joe: the value of --${wrong% *} is no number in its range" grant "--${wrong% *}" "${wrong#* }"
done
refused "192.0.2.8 to joe: '10.0.0' is no address and no network such as 192.0.2.0/24" grant --never 192.0.2.1,10.0.0
refused "192.0.2.8 to joe: 192.0.2.8 is never granted" grant --never 10.0.0.0/8,192.0.2.0/28
refused "127.0.0.1 to joe: 127.0.0.1 is never granted" env TCPREMOTEIP=127.0.0.1 relayrules-grant -g "$store"
refused "(no address) to joe: TCPREMOTEIP is not set, and there is no --ip" env -u TCPREMOTEIP relayrules-grant -g "$store"
for wrong in "" garbage 192.0.2.8%eth0 fe80::1%eth0 192.0.2.08 ../../etc/passwd "$(printf '192.0.2.8\n')x"; do
  refused "*to joe: the client's address is no IP address" env TCPREMOTEIP="$wrong" relayrules-grant -g "$store"
done
refused "192.0.2.8 to $(printf 'u%.0s' {1..255}): the name of the user is longer than 255 bytes" grant --user "$(printf 'u%.0s' {1..300})"
for n in 1 2; do grant --ip 192.0.2.5$n --user max --per-user 2 true; done
refused "192.0.2.53 to max: 192.0.2.53 gets no grant: user max has 2 already" grant --ip 192.0.2.53 --user max --per-user 2
refused "192.0.2.54 to joe: '$store' is full: it holds * grants" grant --ip 192.0.2.54 --in-total 3

# ---- rules that deny the client
printf '192.0.2.66:deny\n=bad.example:deny\n:allow\n' > tcp.smtp
relayrules compile tcp.smtp -o tcp.smtp.cdb 2> /dev/null
refused "192.0.2.66 to joe: 'tcp.smtp.cdb' denies this client" grant --ip 192.0.2.66 -x tcp.smtp.cdb
refused "192.0.2.67 to joe: 'tcp.smtp.cdb' denies this client" env TCPREMOTEHOST=bad.example relayrules-grant -g "$store" --ip 192.0.2.67 -x tcp.smtp.cdb
refused "192.0.2.67 to joe: cannot ask 'none.cdb': No such file or directory" grant --ip 192.0.2.67 -x none.cdb
refused "192.0.2.67 to joe: cannot ask 'tcp.smtp': the file is damaged or no CDB" grant --ip 192.0.2.67 -x tcp.smtp
TCPREMOTEHOST=$(head -c 65536 /dev/zero | tr '\0' a) grant --ip 192.0.2.67 -x tcp.smtp.cdb true 2> why
[ "$(cat why)" = "" ] && [ -e "$store/192.0.2.67" ] || fail "a long TCPREMOTEHOST: $(head -c 300 why)"

# ---- a lock that somebody holds
# one process, so that ending it is the end of all that this test waits for
(flock 9; exec sleep 60) 9>> "$store/.lock" &
holder=$!
until [ "$(flock -n "$store/.lock" echo free)" != free ]; do sleep 0.01; done
SECONDS=0
refused "192.0.2.8 to joe: '$store' was held by another process for 1000 ms" grant
[ $SECONDS -le 5 ] || fail "a held lock keeps a login for $SECONDS s"
kill $holder
wait $holder 2> /dev/null || true
sleep 0.1

# ---- a full disk, by a limit, and really; a folder that cannot be written
refused "192.0.2.30 to joe: cannot record a grant in '$store': *" bash -c "ulimit -f 0; exec relayrules-grant -g '$store' --ip 192.0.2.30 \"\$@\"" -
[ ! -e "$store/192.0.2.30" ] && [ -z "$(find "$store" -name '.new*')" ] || fail "a failed grant left something"
cat > mounted << 'EOF'
# mounted OPTIONS: a store on a file system of its own, with a grant in it
set -e
mount -t tmpfs -o "$1,mode=755" none "$room/mounted"
relayrules-grant -g "$room/mounted" --ip 192.0.2.30 true
before=$(ls -A "$room/mounted" && cat "$room/mounted/192.0.2.30")
mount -o "remount,$2" "$room/mounted"
for ip in 192.0.2.30 192.0.2.31; do
  relayrules-grant -g "$room/mounted" --ip $ip --user ann echo on
done
[ "$(ls -A "$room/mounted" && cat "$room/mounted/192.0.2.30")" = "$before" ]
EOF
export room
mkdir "$room/mounted"
if ! unshare -m true 2> /dev/null; then
  echo "NOT TESTED: a full and a read-only file system (unshare -m is not permitted)"
else
  expect 0 "relayrules-grant: not granted 192.0.2.30 to ann: cannot record a grant in '$room/mounted': No space left on device
on
relayrules-grant: not granted 192.0.2.31 to ann: *: No space left on device
on" unshare -m bash mounted size=64k nr_inodes=5
  expect 0 "relayrules-grant: not granted 192.0.2.30 to ann: cannot record a grant in '$room/mounted': Read-only file system
on
*Read-only file system
on" unshare -m bash mounted size=64k ro
fi

# ---- standard descriptors that are closed, a reader that is gone; PROG gets no descriptor and the signals as they were
[ "$(grant ls /proc/self/fd)" = "$(ls /proc/self/fd)" ] || fail "PROG got a descriptor: $(grant ls -l /proc/self/fd)"
for closed in '0<&-' '1>&-' '2>&-' '0<&- 1>&- 2>&-'; do
  rm -f closed
  eval "grant --ip 192.0.2.40 touch closed $closed" || fail "with $closed"
  [ -e closed ] && [ "$(field 192.0.2.40 user)" = joe ] || fail "no grant with $closed"
done
eval "grant sh -c '[ ! -e /proc/self/fd/0 ] && : > held' 0<&-" && [ -e held ] || fail "a closed descriptor is open in PROG"
(sleep 0.2; exec relayrules-grant -g "$store/none" touch went-on) 2>&1 | :
until [ -e went-on ]; do sleep 0.1; [ $SECONDS -le 60 ] || fail "a login ended by SIGPIPE"; done
[ "$(grant grep SigIgn /proc/self/status)" = "$(grep SigIgn /proc/self/status)" ] || fail "PROG has other signals ignored"

# ---- set-uid for the store's owner: PROG has the user's rights again. Set-uid root is refused.
if [ "$(id -u)" != 0 ]; then
  echo "NOT TESTED: set-uid (not root)"
else
  mkdir -m 755 "$room/setuid"
  chown 65534:65534 "$room/setuid"
  cp "$TOOLS/relayrules-grant" "$room/relayrules-grant"
  chown 65534:65534 "$room/relayrules-grant"
  chmod 6755 "$room/relayrules-grant"
  as_user=(setpriv --reuid=1234 --regid=1234 --clear-groups)
  if ! "${as_user[@]}" "$room/relayrules-grant" -v -g "$room/setuid" grep -E '^[UG]id' /proc/self/status > said 2> why; then
    echo "NOT TESTED: set-uid ($(cat why))"
  else
    [ "$(tr -s '\t' ' ' < said | tr '\n' ' ')" = "Uid: 1234 1234 1234 1234 Gid: 1234 1234 1234 1234 " ] || fail "PROG has other rights: $(cat said)"
    [ "$(stat -c %u "$room/setuid/192.0.2.8")" = 65534 ] || fail "no grant by a set-uid program: $(cat why)"
    refused "192.0.2.8 to joe: cannot record a grant in '$store': Permission denied" "${as_user[@]}" "$room/relayrules-grant" -g "$store"
    chown root:root "$room/relayrules-grant"
    chmod 4755 "$room/relayrules-grant"
    refused "192.0.2.8 to joe: relayrules-grant must not be set-uid root" "${as_user[@]}" "$room/relayrules-grant" -g "$store"
  fi
fi
echo "all cases passed"
