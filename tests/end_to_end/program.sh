#!/bin/bash
# --program and --target: one text and one CDB, read as each program reads them; a CDB of another program is never taken
# for one's own.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '127.:allow,RELAYCLIENT=""\n2001:db8:::allow,RELAYCLIENT=""\n10.0.0.0/8:deny\n:allow\n' > tcp.smtp

# key_of PROGRAM IP: what is found in its CDB
key_of() { relayrules lookup "$1.cdb" --program "$1" --ip "$2" --format json; }

# ---- the text is read in the dialect of its program
expect 3 "*'2001:db8::' is an IPv6 address*" relayrules lookup tcp.smtp --ip ::1
expect 0 "*key    2001:db8::*" relayrules lookup tcp.smtp --program ucspi-tcp-ipv6 --ip 2001:db8::5
expect 0 "*key    (the empty key)*" relayrules lookup tcp.smtp --program ucspi-tcp6 --ip 2001:db8::5
expect 0 "*key    10./8*rule   tcp.smtp:3*" relayrules lookup tcp.smtp --program ucspi-tcp6 --ip 10.1.2.3
expect 0 "*asked  10.                *asked  10.1.2.3/32*asked  10./8 *found*" \
  relayrules lookup tcp.smtp --program ucspi-tcp6 --ip 10.1.2.3 --trace
expect 0 "*key    (the empty key)*" relayrules lookup tcp.smtp --program ucspi-tcp-ipv6 --ip 10.1.2.3
expect 0 "*key    (the empty key)*" relayrules lookup tcp.smtp --from tcprules-tcp6 --ip 2001:db8::5

# ---- compiled for each
for program in ucspi-tcp-ipv6 ucspi-tcp6; do
  expect 0 "" relayrules compile tcp.smtp --target $program --no-check -o $program.cdb
  expect 0 "" relayrules compile tcp.smtp --from "tcprules-${program##*-}" --no-check -o from.cdb
  cmp -s from.cdb $program.cdb || fail "--from gives another CDB than --target $program"
  expect 0 "*" relayrules dump $program.cdb --program $program
  relayrules dump $program.cdb --program $program > dumped.tcp.smtp
  cmp -s dumped.tcp.smtp tcp.smtp || fail "the CDB of $program is dumped as $(cat dumped.tcp.smtp)"
  expect 0 "" relayrules check tcp.smtp --program $program --select stale-database
done
expect 0 '*"matched":"2001:db8::"*"relay":true*' key_of ucspi-tcp-ipv6 2001:db8::5
expect 0 '*"matched":"10./8"*' key_of ucspi-tcp6 10.1.2.3
expect 0 '*"matched":"2001:0DB8:0000:0000:0000:0000:0000:0000"*' key_of ucspi-tcp6 2001:db8::
expect 1 "*the line is refused*'x.cdb' was not written" relayrules compile tcp.smtp --target tcpserver -o x.cdb
expect 3 "relayrules: cannot compile 'tcp.smtp': tcprules-tcp6 is compiled to keys of the tcpserver of ucspi-tcp6, not of the tcpserver of ucspi-tcp-ipv6; leave out --from or --target" \
  relayrules compile tcp.smtp --from tcprules-tcp6 --target ucspi-tcp-ipv6 -o x.cdb

# ---- extended rules know IPv6 where the program does
printf '10.1.2.0/23:deny\n2001:db8::/32:deny # all of it\n2001:db8:1::/48:allow\n:allow\n' > office.tcprules-extended
expect 1 "*the classic CDB has no key that every tcpserver would ask for it*" \
  relayrules compile office.tcprules-extended -o x.cdb
expect 0 "" relayrules compile office.tcprules-extended --target ucspi-tcp6 -o extended.cdb
expect 0 "*key    2001:db8::/32*" relayrules lookup extended.cdb --program ucspi-tcp6 --ip 2001:db8:2::5
expect 0 "*key    2001:db8:1::/48*" relayrules lookup extended.cdb --program ucspi-tcp6 --ip 2001:db8:1::5
expect 0 "*key    2001:db8:1:*" relayrules lookup office.tcprules-extended --program ucspi-tcp-ipv6 --ip 2001:db8:1:1::5
printf '2001:0:1::/48:deny\n:allow\n' > zero.tcprules-extended
expect 1 "*no list of keys of ucspi-tcp-ipv6 is exactly this network*" \
  relayrules compile zero.tcprules-extended --target ucspi-tcp-ipv6 --no-check -o x.cdb
[ ! -e x.cdb ] || fail "a refused policy was written"

# ---- a CDB of another program says nothing
printf '2001::allow,RELAYCLIENT=""\n:allow\n' > fronts.tcp.smtp
relayrules compile fronts.tcp.smtp --from tcprules-ipv6 --no-check -o fronts.cdb
said="*the record for key '2001:': tcpserver never asks for it, and the tcpserver of ucspi-tcp-ipv6 does*say with --program for which program the database is: --program ucspi-tcp-ipv6*"
expect 3 "$said" relayrules lookup fronts.cdb --ip 10.1.2.3
expect 3 "$said" relayrules audit fronts.cdb
expect 3 "$said" relayrules diff fronts.cdb fronts.cdb
expect 3 "$said" relayrules search fronts.cdb --verdict relay
expect 3 "$said" relayrules minimise fronts.cdb
expect 3 "$said" relayrules map fronts.cdb -o map.html
expect 1 "*'2001:' was left out: *it is one of the tcpserver of ucspi-tcp-ipv6: say so with --program ucspi-tcp-ipv6*" \
  relayrules dump fronts.cdb
expect 0 "*allow, may send to any domain*key    2001:*" \
  relayrules lookup fronts.cdb --program ucspi-tcp-ipv6 --ip 2001:db8::5
expect 0 "*2001::/16*" relayrules search fronts.cdb --program ucspi-tcp-ipv6 --verdict relay
expect 3 "*the record for key '^*': tcpserver never asks for it, and the tcpserver of ucspi-tcp6 does*" \
  relayrules lookup extended.cdb --ip 10.1.2.3

# ---- what is proved is proved of the program
printf '2001:db8::/32:allow,RELAYCLIENT=""\n10.1.:deny\n10.1.2.0/24:allow,RELAYCLIENT=""\n:allow\n' > proof.tcp.smtp
expect 0 "*2001:db8::/32*" relayrules search proof.tcp.smtp --program ucspi-tcp6 --verdict relay
expect 0 "*" relayrules minimise proof.tcp.smtp --program ucspi-tcp6

# ---- the checks speak of the program
printf '::1:allow,RELAYCLIENT=""\n:allow\n' > six.tcp.smtp
expect 0 "" relayrules check six.tcp.smtp --program ucspi-tcp6
expect 0 "" relayrules check six.tcp.smtp --program ucspi-tcp-ipv6
expect 1 "*the line is refused*" relayrules check six.tcp.smtp --program tcpserver
expect 1 "*this program's address ends at the first ':', and the rule is for other clients*" \
  relayrules check six.tcp.smtp --program spamdyke
printf '::1:alow\n:allow\n' > slip.tcp.smtp
expect 1 "*the tcprules of ucspi-tcp-ipv6 never ends on it*1 error*" relayrules check slip.tcp.smtp --program ucspi-tcp-ipv6

# ---- spamdyke reads rules in its own way: check tells of it, and nothing is decided or proved for it
printf '10.0.0.0/8:deny\n:allow\n' > dyke.tcp.smtp
relayrules compile -q --no-check dyke.tcp.smtp -o dyke.cdb
printf '10.1.1.1 allow\n' > dyke.expect
own="reads rules in its own way, and relayrules does not decide as it does; 'relayrules check --program spamdyke' tells of the differences that it knows"
while read -r line; do
  # shellcheck disable=SC2086
  expect 3 "relayrules: cannot answer from 'dyke.*': spamdyke $own*" relayrules $line --program spamdyke
done << 'END'
lookup dyke.tcp.smtp --ip 10.1.1.1
lookup dyke.cdb --ip 10.1.1.1
audit dyke.tcp.smtp
search dyke.tcp.smtp --verdict relay
search dyke.cdb --verdict relay
diff dyke.tcp.smtp dyke.cdb
test dyke.expect --rules dyke.tcp.smtp
test --init dyke.tcp.smtp
compile dyke.tcp.smtp -o never.cdb
minimise dyke.tcp.smtp
map dyke.tcp.smtp
replay dyke.tcp.smtp dyke.cdb
END
expect 2 "relayrules: --program: spamdyke not in *" relayrules dump dyke.cdb --program spamdyke
[ ! -e never.cdb ] || fail "a database was made for spamdyke"
expect 1 "*spamdyke lets '10.0.0.0/8' in*" relayrules check dyke.tcp.smtp --program spamdyke

# ---- no client has an IPv4 address in its mapped form: these programs ask by IPv4
for rules in tcprules-tcp6 tcprules-ipv6; do
  for spelling in ::ffff:10.1.2.3 ::ffff:a01:203 0:0:0:0:0:FFFF:a01:203; do
    printf '%s:allow,RELAYCLIENT=""\n:allow\n' $spelling > mapped.$rules
    expect 1 "no such client" relayrules search mapped.$rules --verdict relay
    expect 1 "no such client" relayrules search mapped.$rules --verdict relay --in 10.1.2.3
    printf ':allow\n' > plain.$rules
    expect 0 "the same decision for every client" relayrules diff plain.$rules mapped.$rules
    expect 0 "10.1.2.3: allow, may send only to the domains that are listed (rcpthosts)
  key    (the empty key)*" relayrules lookup mapped.$rules --ip ::ffff:10.1.2.3
    ! relayrules test --init mapped.$rules | grep '[: ]relay' || fail "$spelling: something is expected of nobody"
    expect 1 "*can never match a client*help: write '10.1.2.3'*" relayrules check mapped.$rules
  done
done

# ---- nor do they, where a wider network is left to them, make a set of clients of their own
printf '::fffe:0:0/96:deny\n::fffe:0:0/95:allow,RELAYCLIENT=""\n::ffff:0.0.0.0:deny\n0.:deny\n:allow\n' > left.tcprules-tcp6
expect 1 "no such client" relayrules search left.tcprules-tcp6 --verdict relay
expect 1 "no such client" relayrules search left.tcprules-tcp6 --verdict relay --in ::ffff:0:0/96
expect 0 "*1 set of clients" relayrules search left.tcprules-tcp6 --verdict deny --in ::ffff:0:0/96
expect 0 "*not an open relay*" relayrules audit left.tcprules-tcp6

# ---- an expectation file says which program it is about
printf '10.0.0.0/8:allow,RELAYCLIENT=""\n:deny\n' > six.tcp.smtp
relayrules test --init --program ucspi-tcp6 six.tcp.smtp -o six.expect
grep -qx 'rules six.tcp.smtp program=ucspi-tcp6' six.expect || fail "--init forgets the program"
expect 0 "*ok    six.expect:*: 10.0.0.0/8 relay*0 failed" relayrules test six.expect
expect 1 "*FAIL*10.0.0.0/8 relay*" relayrules test --program tcpserver six.expect
sed -i s/ucspi-tcp6/tcp6/ six.expect
expect 3 "six.expect:*:28: error: there is no program 'tcp6'*'relayrules test --help' lists them at --program*" relayrules test six.expect

# ---- settings that name a program: who does not read them says so, and does not answer for another program
mkdir six
printf 'program = "ucspi-tcp6"\n' > six/.relayrules.toml
printf '128.0.0.0/2:allow,RELAYCLIENT=""\n:allow\n' > six/tcp.smtp
other="relayrules: cannot use '*': 'six/.relayrules.toml' says that ucspi-tcp6 reads it, * say --program ucspi-tcp6"
for command in "audit six/tcp.smtp" "audit six" "lookup six/tcp.smtp --ip 1.2.3.4" "minimise six/tcp.smtp" "search six/tcp.smtp --verdict relay" "diff six/tcp.smtp six/tcp.smtp" "map six/tcp.smtp"; do
  # shellcheck disable=SC2086 # a command is several words
  expect 3 "$other" relayrules $command
done
expect 1 "*OPEN RELAY*" relayrules audit six/tcp.smtp --program ucspi-tcp6
expect 0 "*not an open relay*" relayrules audit six/tcp.smtp --program tcpserver
