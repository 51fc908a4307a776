#!/bin/bash
# relayrules-env with the variables of a UCSPI server: what it decides, what it hands on, and that every bad input turns the client away with a
# reason. The connections themselves are made in env_servers.sh.
source "$SOURCE/tests/end_to_end/begin.bash"

needs strace python3 /usr/bin/tcprules

unset "${!TCP@}" PROTO RELAYCLIENT
cat > tcp.smtp << 'END'
192.0.2.66:deny
192.0.2.:allow,RELAYCLIENT="",MARK="lan"
joe@198.51.100.7:allow,MARK="joe"
=mail.example.org:allow,MARK="named"
203.0.113.9:allow,RELAYCLIENT="@gate"
:allow
END
/usr/bin/tcprules rules.cdb rules.tmp < tcp.smtp

# env_as NAME=VALUE... -- ARGS...: relayrules-env with these variables beside ours
env_as() {
  local variables=()
  while [ "$1" != -- ]; do
    variables+=("$1")
    shift
  done
  shift
  env "${variables[@]}" relayrules-env "$@"
}
# shows EXPECTED NAME=VALUE... -- ARGS...: what printenv shows of RELAYCLIENT, MARK and TCPREMOTEIP
shows() {
  local expected=$1 got
  shift
  got=$(env_as "$@" sh -c 'echo "${RELAYCLIENT-none} ${MARK-none} $TCPREMOTEIP"') || fail "$*: exit code $?"
  [ "$got" = "$expected" ] || fail "$*: '$got', not '$expected'"
}

# ---- decisions
shows " lan 192.0.2.7" TCPREMOTEIP=192.0.2.7 -- -x rules.cdb
shows "@gate none 203.0.113.9" TCPREMOTEIP=203.0.113.9 -- --rules rules.cdb
shows "none none 198.51.100.1" TCPREMOTEIP=198.51.100.1 -- -x rules.cdb
shows "none joe 198.51.100.7" TCPREMOTEIP=198.51.100.7 TCPREMOTEINFO=joe -- -x rules.cdb
shows "none named 198.51.100.1" TCPREMOTEIP=198.51.100.1 TCPREMOTEHOST=Mail.Example.ORG -- -x rules.cdb
shows "none none 198.51.100.1" TCPREMOTEIP=198.51.100.1 TCPREMOTEHOST= -- -x rules.cdb
expect 100 "" env_as TCPREMOTEIP=192.0.2.66 -- -x rules.cdb echo ran
# no spelling evades a deny, and PROG sees IPv4 as IPv4
expect 100 "" env_as TCPREMOTEIP=::ffff:192.0.2.66 -- -x rules.cdb echo ran
expect 100 "" env_as TCPREMOTEIP=::FFFF:c000:242 -- -x rules.cdb echo ran
shows " lan 192.0.2.7" TCPREMOTEIP=::ffff:192.0.2.7 -- -x rules.cdb
# an inherited RELAYCLIENT is an open relay
shows "none none 198.51.100.1" RELAYCLIENT= TCPREMOTEIP=198.51.100.1 -- -x rules.cdb
shows "none none 198.51.100.1" RELAYCLIENT=@x TCPREMOTEIP=198.51.100.1 -- -X -x missing.cdb
shows "none none 198.51.100.1" MARK=old RELAYCLIENT=@x TCPREMOTEIP=198.51.100.1 -- --clean OTHER,MARK -x rules.cdb
shows "none old 198.51.100.1" MARK=old TCPREMOTEIP=198.51.100.1 -- -x rules.cdb
# --clean comes first of all: what is removed is not believed either
expect 111 "relayrules-env: cannot tell who is connected: TCPREMOTEIP is not set, and descriptor 0 is no socket" \
  env_as TCPREMOTEIP=192.0.2.7 -- --clean TCPREMOTEIP -x rules.cdb true
# keys of other programs
relayrules compile --from tcprules-ipv6 --no-check -o six.cdb - <<< '2001:db8:::allow,MARK="net"'
shows "none net 2001:db8::5" TCPREMOTEIP=2001:db8::5 -- --program ucspi-tcp-ipv6 -x six.cdb
shows "none none 2001:db8::5" TCPREMOTEIP=2001:db8::5 -- -x six.cdb

# ---- what is said
expect 0 "192.0.2.7: allow, may send to any domain
  key    192.0.2.
  env    RELAYCLIENT=\"\"
  env    MARK=\"lan\"" env_as TCPREMOTEIP=192.0.2.7 -- --dry-run -x rules.cdb
expect 100 "192.0.2.66: deny
  key    192.0.2.66" env_as TCPREMOTEIP=192.0.2.66 -- --dry-run -x rules.cdb nothing
expect 0 "198.51.100.1: allow
  key    (the empty key)" env_as TCPREMOTEIP=198.51.100.1 -- --dry-run -x rules.cdb
# dry-run and 'relayrules lookup' tell the same of the same client
for ip in 192.0.2.7 192.0.2.66 198.51.100.1 203.0.113.9; do
  relayrules lookup rules.cdb --ip $ip | sed 's/, may send only .*//' > wanted
  { env_as TCPREMOTEIP=$ip -- --dry-run -x rules.cdb || [ $? = 100 ]; } | cmp - wanted || fail "lookup tells otherwise of $ip"
done
printf '127.:allow\n' | tcprules few.cdb few.tmp
expect 0 "192.0.2.7: allow
  nothing matched: clients that no rule is about are allowed" env_as TCPREMOTEIP=192.0.2.7 -- --dry-run -x few.cdb
expect 0 "*: the client has no name: TCPREMOTEHOST is not set and --resolve not given, so rules for names match nobody" \
  env_as TCPREMOTEIP=192.0.2.7 -- -v -x rules.cdb true
expect 100 $'554 go away\r' env_as TCPREMOTEIP=192.0.2.66 -- --greet-deny "go away" -x rules.cdb echo ran

log_of() { env_as "$@" 2>&1 > /dev/null < /dev/null | sed 's/ [0-9][0-9]* / PID /' || true; }
is_logged() {
  local expected=$1 got
  shift
  got=$(log_of "$@")
  [ "$got" = "relayrules-env: $expected" ] || fail "$*: logged '$got', not '$expected'"
}
is_logged "ok PID mx:198.51.100.25:25 a.example:192.0.2.7:joe:4001 relay=yes rule=192.0.2." \
  TCPREMOTEIP=192.0.2.7 TCPREMOTEHOST=a.example TCPREMOTEINFO=joe TCPREMOTEPORT=4001 \
  TCPLOCALHOST=mx TCPLOCALIP=198.51.100.25 TCPLOCALPORT=25 -- --log -x rules.cdb true
is_logged "deny PID :: :192.0.2.66:: relay=no rule=192.0.2.66" TCPREMOTEIP=192.0.2.66 -- --log -x rules.cdb true
is_logged "ok PID :: :192.0.2.7:: relay=no no-rule" TCPREMOTEIP=192.0.2.7 -- --log -x few.cdb true
is_logged 'ok PID :: :192.0.2.7:a\040b\072c\134\012\377: relay=yes rule=192.0.2.' \
  TCPREMOTEIP=192.0.2.7 TCPREMOTEINFO=$'a b:c\\\n\xff' -- --log -x rules.cdb true
# relayrules reads these lines as it reads tcpserver's
log_of TCPREMOTEIP=192.0.2.7 TCPREMOTEHOST=a.example TCPREMOTEPORT=4 TCPLOCALIP=::1 -- --log -x rules.cdb true > log
log_of TCPREMOTEIP=2001:db8::7 -- --log -x rules.cdb true >> log
sed -i '1s/^/Nov 29 08:00:00 mx /; 1s/relayrules-env/relayrules-env[4711]/' log
relayrules clients log > clients || fail "clients: $(cat clients)"
cut -f 1,2,3 clients | tr '\t' ' ' | sort > known
printf '192.0.2.7 a.example \n2001:db8::7  \n' | cmp - known || fail "clients of the log: $(cat known)"

# ---- nobody can tell: 111, a reason, no connection
no_client() { expect 111 "relayrules-env: cannot tell who is connected: $1" "${@:2}"; }
no_client "TCPREMOTEIP is not set, and descriptor 0 is no socket" relayrules-env -x rules.cdb echo ran
for garbage in '' 0 1.2.3 1.2.3.4.5 192.0.2.07 ' 192.0.2.7' 192.0.2.7: fe80::1%eth0 192.0.2.7%lo $'192.0.2.7\n' ../x unknown; do
  no_client "TCPREMOTEIP is '*', which is no IPv4 or IPv6 address" env_as "TCPREMOTEIP=$garbage" -- -x rules.cdb echo ran
done
long=$(printf '%65536s' | tr ' ' a)
no_client "TCPREMOTEIP is '$(printf '%100s' | tr ' ' a)...', which is no IPv4 or IPv6 address" \
  env_as TCPREMOTEIP="$long" -- -x rules.cdb echo ran
no_client "TCPREMOTEHOST is longer than the name of any host" \
  env_as TCPREMOTEIP=192.0.2.7 TCPREMOTEHOST="$long" -- -x rules.cdb echo ran
expect 0 ran env_as TCPREMOTEIP=192.0.2.7 TCPREMOTEINFO="$long" -- -x rules.cdb echo ran

no_rules() { expect 111 "relayrules-env: cannot decide by '$1': $2" "${@:3}"; }
as_lan() { env_as TCPREMOTEIP=192.0.2.7 -- "$@" echo ran; }
: > empty.cdb
head -c 2060 rules.cdb > cut.cdb
head -c 100 rules.cdb > short.cdb
head -c 4096 /dev/zero > zero.cdb
mkdir folder.cdb
mkfifo fifo.cdb
# ipsvd and s6 write a denial without the NUL: to tcpserver it allows
python3 - << 'END'
import struct
# one record "192.0.2.7" => "D", as another program has it
def cdb(key, value):
    h = 5381
    for c in key: h = ((h << 5) + h ^ c) & 0xffffffff
    record = struct.pack("<II", len(key), len(value)) + key + value
    end = 2048 + len(record)
    head, tables = b"", b""
    for i in range(256):
        head += struct.pack("<II", end + len(tables), 2 if i == h & 255 else 0)
        if i == h & 255:
            slots = [b"\0" * 8] * 2
            slots[(h >> 8) % 2] = struct.pack("<II", h, 2048)
            tables += b"".join(slots)
    open("foreign.cdb", "wb").write(head + record + tables)
cdb(b"192.0.2.7", b"D")
END
no_rules missing.cdb "No such file or directory" as_lan -x missing.cdb
no_rules empty.cdb "*damaged or no CDB" as_lan -x empty.cdb
no_rules cut.cdb "*damaged or no CDB" as_lan -x cut.cdb
no_rules short.cdb "*damaged or no CDB" as_lan -x short.cdb
no_rules zero.cdb "*damaged or no CDB" as_lan -x zero.cdb
no_rules tcp.smtp "*damaged or no CDB" as_lan -x tcp.smtp
no_rules foreign.cdb "the record was not written by tcprules" as_lan -x foreign.cdb
for odd in folder.cdb fifo.cdb /dev/null tcp.smtp/x.cdb; do no_rules $odd "*" as_lan -x $odd; done
# sanitizers look for leaks with ptrace, which is strace's here
refused() {
  ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -o trace -P "$PWD/rules.cdb" -e inject=openat:error=EACCES \
    env TCPREMOTEIP=192.0.2.7 relayrules-env "$@" echo ran
}
no_rules "$PWD/rules.cdb" "Permission denied" refused -x "$PWD/rules.cdb"
# -X is about a file that is not there, and nothing else, as for tcpserver
expect 0 ran as_lan -X -x missing.cdb
for odd in empty.cdb cut.cdb zero.cdb folder.cdb tcp.smtp/x.cdb foreign.cdb; do no_rules $odd "*" as_lan -X -x $odd; done
no_rules "$PWD/rules.cdb" "Permission denied" refused -X -x "$PWD/rules.cdb"

expect 111 "relayrules-env: cannot run './missing': No such file or directory" env_as TCPREMOTEIP=192.0.2.7 -- -x rules.cdb ./missing
expect 111 "relayrules-env: cannot run 'folder.cdb/.': *" env_as TCPREMOTEIP=192.0.2.7 -- -x rules.cdb folder.cdb/.
# an environment that leaves no room for the rule's variables: no connection, and not one without them
{
  printf '192.0.2.7:allow,RELAYCLIENT="'
  head -c 200000 /dev/zero | tr '\0' y
  printf '"\n'
} | tcprules big.cdb big.tmp
expect 111 "relayrules-env: cannot run 'echo': Argument list too long" as_lan -x big.cdb
# a system without memory: whichever request is refused first, all is as it should be or PROG does not run
for first in 1 2 3 4 5 6 7 8 9; do
  ! grep -q __asan_init "$TOOLS/relayrules-env" || break # they need memory of their own
  code=0
  # the shell would tell of a start-up that the C library ends with a signal
  { strace -o trace -b execve -E TCPREMOTEIP=192.0.2.7 -e inject=brk,mmap:error=ENOMEM:when=$first+ relayrules-env -x rules.cdb \
    /bin/sh -c 'echo "ran ${RELAYCLIENT-none} $MARK"' > said 2> error < /dev/null || code=$?; } 2> signals
  [ "$(cat said)" = "ran  lan" ] || { [ $code != 0 ] && [ ! -s said ]; } || fail "without memory from call $first: $code, $(cat said)"
done

# ---- what it is told of hosts.allow: an answer in the form of a record
printf 'smtpd: 192.0.2.7: setenv = RELAYCLIENT @x: setenv = MARK %%a\nsmtpd: 192.0.2.8\n' > hosts.allow
printf 'smtpd: 192.0.2.\n' > hosts.deny
record() { relayrules lookup --format record "$@" | tr '\0' '|'; }
[ "$(record hosts.allow hosts.deny --daemon smtpd --ip 192.0.2.7)" = "hosts.allow:1|+RELAYCLIENT=@x|+MARK=192.0.2.7|" ] || fail "record"
[ "$(record hosts.allow hosts.deny --daemon smtpd --ip 192.0.2.8)" = "hosts.allow:2|" ] || fail "record of an allow"
[ "$(record hosts.allow hosts.deny --daemon smtpd --ip 192.0.2.9)" = "hosts.deny:1|D|" ] || fail "record of a deny"
[ "$(record hosts.allow hosts.deny --daemon smtpd --ip 192.0.3.9)" = "|" ] || fail "record of nothing"
[ "$(record rules.cdb --ip 192.0.2.66)" = "192.0.2.66|D|" ] || fail "record of a CDB"
expect 2 "relayrules: --format record is the answer to one client by its rules*" relayrules lookup --format record rules.cdb -
expect 2 "relayrules: --trace is for people*" relayrules lookup --format record --trace rules.cdb --ip 192.0.2.7
# a server's address that is no address is none that a rule is about, and such a rule then gives no answer
printf 'smtpd@192.0.2.25: 192.0.2.7\nsmtpd: ALL: deny\n' > hosts.allow
by_hosts() { env_as TCPREMOTEIP=192.0.2.7 "TCPLOCALIP=$1" -- --hosts-access smtpd --hosts-folder . echo ran; }
expect 0 ran by_hosts ::ffff:192.0.2.25
expect 100 "" by_hosts 192.0.2.26
for local in '' x "$long"; do expect 111 "*cannot decide by './hosts.allow'*" by_hosts "$local"; done
rm hosts.allow hosts.deny

# ---- closed descriptors: nothing takes the place of the connection
for closed in 0 1 01; do
  code=0
  (
    [[ $closed != *0* ]] || exec 0<&-
    [[ $closed != *1* ]] || exec 1>&-
    env_as TCPREMOTEIP=192.0.2.7 -- -x rules.cdb touch ran-with-closed-descriptor
  ) 2> said || code=$?
  [ $code = 111 ] && grep -q "descriptor [01] is closed: there is no connection" said || fail "closed '$closed': $code, $(cat said)"
done
(exec 2>&-; env_as TCPREMOTEIP=192.0.2.7 -- --log -x rules.cdb sh -c 'echo ran') > said || fail "closed 2: exit code $?"
[ "$(cat said)" = ran ] || fail "closed 2: $(cat said)"
[ ! -e ran-with-closed-descriptor ] || fail "PROG ran without a connection"

# ---- no descriptor but those that were there gets into PROG
list='import os; print(*sorted(int(f) for f in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{f}")))'
cat > hosts.allow <<< 'smtpd: 192.0.2.'
TCPREMOTEIP=192.0.2.7 python3 -c "$list" < /dev/null > wanted
for options in "-x rules.cdb" "--log -v -x rules.cdb" "--hosts-access smtpd --hosts-folder ." "--resolve --timeout 1 -x rules.cdb"; do
  # shellcheck disable=SC2086 # options are several words
  env_as TCPREMOTEIP=192.0.2.7 -- $options python3 -c "$list" < /dev/null > found 2> said || fail "$options: $(cat said)"
  cmp found wanted || fail "$options: descriptors $(cat found), not $(cat wanted)"
done

# ---- the command line
wrong() { expect 100 "relayrules-env: $1" "${@:2}"; }
wrong "rules: name them with either -x or --hosts-access; 'relayrules-env --help' tells more" relayrules-env true
wrong "rules: name them with either*" relayrules-env -x rules.cdb --hosts-access smtpd true
wrong "PROG: it is missing*" relayrules-env -x rules.cdb
wrong "-x: its value is missing*" relayrules-env -x
wrong "'--rulez': there is no such option*" relayrules-env --rulez rules.cdb true
wrong "'-Xv': there is no such option*" relayrules-env -Xv -x rules.cdb true
wrong "--timeout: not 1 to 9999 seconds*" relayrules-env --timeout 0 -x rules.cdb true
wrong "--timeout: not 1 to 9999 seconds*" relayrules-env --timeout 10000 -x rules.cdb true
wrong "--timeout: not 1 to 9999 seconds*" relayrules-env --timeout 5s -x rules.cdb true
wrong "--program: none of tcpserver, ucspi-tcp-ipv6 and ucspi-tcp6*" relayrules-env --program spamdyke -x rules.cdb true
wrong "--clean: not names of variables*" relayrules-env --clean A,,B -x rules.cdb true
wrong "--clean: not names of variables*" relayrules-env --clean A=B -x rules.cdb true
wrong "--greet-deny: not printable ASCII in one line*" relayrules-env --greet-deny $'a\r\n250 b' -x rules.cdb true
wrong "--hosts-access: not the name of a daemon*" relayrules-env --hosts-access a@b true
for nets in '' 10.0.0.0/33 10.0.0.1/8 10.0.0.0/255.0.0.0 example.org 10.0.0.0/8, '10.0.0.0/8 192.0.2.1' 2001:db8::1/64 10.0.0.0/; do
  wrong "--proxy-protocol: '*' is no address and no network such as 192.0.2.0/24" relayrules-env --proxy-protocol "$nets" -x rules.cdb true
done
expect 0 "-x" env_as TCPREMOTEIP=192.0.2.7 -- -x rules.cdb echo -x
expect 0 "-- a" env_as TCPREMOTEIP=192.0.2.7 -- -x rules.cdb -- printf '%s %s' -- a
expect 0 "relayrules-env $(relayrules --version | sed 's/.* //')" relayrules-env --version

# ---- relayrules-env(8) and --help name the same options
relayrules-env --help > help
page=$SOURCE/man/relayrules-env.8
for option in $(grep -oE '^ +(-[a-zA-Z], )?--[-a-z0-9]+' help | tr -d ','); do
  grep -qE "^\.It .*Fl ${option#-}( |$)" "$page" || fail "relayrules-env(8) does not say what $option does"
  awk '/^\.Sh SYNOPSIS/ { here = 1 } /^\.Sh DESC/ { here = 0 } here' "$page" | grep -qE "Fl ${option#-}( |$)" ||
    [[ $option != --* ]] || grep -qE "^\.It Fl [a-zA-Z] , Fl ${option#-}( |$)" "$page" || fail "the synopsis has no $option"
done
for option in $(grep -E '^\.It Fl' "$page" | grep -oE 'Fl [-a-zA-Z0-9]+' | sed 's/Fl /-/'); do
  grep -qE -- "(^| )$option([ ,]|$)" help || fail "relayrules-env(8) tells of $option, which --help does not know"
done
# ---- what it takes to start: no loader, no C++ run-time
if ! grep -q __asan_init "$TOOLS/relayrules-env"; then
  ! ldd "$TOOLS/relayrules-env" > said 2>&1 || fail "relayrules-env is linked dynamically: $(cat said)"
  ! grep -q 'terminate called' "$TOOLS/relayrules-env" || fail "libstdc++ is in relayrules-env"
fi
echo "all good"
