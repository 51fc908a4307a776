#!/bin/bash
# relayrules check and compile with --program, --service and --paranoid: what the user says of the program reaches the checks, and what
# .relayrules.toml says of it, and of the daemon, does so where the command line says nothing.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '=mail.example.com:allow,RELAYCLIENT=""\n:allow\n' > name.tcp.smtp
expect 1 "*error: whoever gives his address a name*domain-trust*" relayrules check name.tcp.smtp
expect 1 "*warning: DNS alone says*domain-trust*" relayrules check --paranoid name.tcp.smtp
expect 1 "*was not written*" relayrules compile name.tcp.smtp -o name.cdb
expect 0 "*domain-trust*" relayrules compile --paranoid name.tcp.smtp -o name.cdb
printf '10.:allow,RELAYCLIENT=""\n \n:allow\n' > blank.tcp.smtp
expect 1 "*hangs-old-compiler*" relayrules check --from tcprules --program ucspi-tcp-ipv6 blank.tcp.smtp
expect 1 "*never ends on it*line-without-colon*" relayrules check --program ucspi-tcp-ipv6 blank.tcp.smtp
expect 0 "*private-net-relay*" relayrules check --program tcpserver blank.tcp.smtp
expect 1 "*unauthenticated-submission*" relayrules check --service submission blank.tcp.smtp
expect 1 "*variable-without-reader*" relayrules check --service pop3 blank.tcp.smtp
expect 2 "*--program*" relayrules check --program inetd blank.tcp.smtp
expect 2 "*--service*" relayrules check --service nntp blank.tcp.smtp

# ---- settings: for check and compile alike, the command line before them, no settings when none are wanted
mkdir six names
printf 'program = "ucspi-tcp6"\n' > six/.relayrules.toml
printf '10.0.0.0/8:allow,RELAYCLIENT=""\n2001:db8::1:deny\n:allow\n' > six/tcp.smtp
expect 0 "*six/tcp.smtp: tcprules-tcp6*" relayrules check -v six/tcp.smtp
expect 1 "*six/tcp.smtp: tcprules*cidr-in-tcprules*" relayrules check -v --no-config six/tcp.smtp
expect 1 "*six/tcp.smtp: tcprules-ipv6*" relayrules check -v --program ucspi-tcp-ipv6 six/tcp.smtp
expect 0 "" relayrules check -q --diff six/tcp.smtp
expect 1 "*+10.:allow,*" relayrules check -q --diff --no-config six/tcp.smtp
for settings in "" "--no-check"; do
  # shellcheck disable=SC2086
  relayrules compile $settings six/tcp.smtp -o by-settings.cdb
  relayrules compile --no-config --target ucspi-tcp6 six/tcp.smtp -o by-option.cdb
  cmp by-settings.cdb by-option.cdb || fail "compile $settings: the program of the settings does not count"
done
printf 'paranoid = true\n' > names/.relayrules.toml
cp name.tcp.smtp names
expect 1 "*warning: DNS alone says*" relayrules check names
expect 0 "*" relayrules compile names/name.tcp.smtp -o name.cdb

# ---- each file of a run has its own: by its folder, and by its path
mkdir services
printf '[[path]]\nfiles = "*.tcp.pop3"\nservice = "pop3"\n[[path]]\nfiles = "sub.*"\nservice = "submission"\n' > services/.relayrules.toml
cp blank.tcp.smtp services/mail.tcp.smtp
cp blank.tcp.smtp services/mail.tcp.pop3
cp blank.tcp.smtp services/sub.tcp.smtp
expect 1 "services/mail.tcp.pop3:1:11: *[[]variable-without-reader]
services/sub.tcp.smtp:1:1: warning: *[[]unauthenticated-submission]" \
  relayrules check --format gcc --select variable-without-reader,unauthenticated-submission services six/tcp.smtp
expect 1 "*mail.tcp.smtp:1:11: *sub.tcp.smtp:1:11: *" relayrules check --format gcc --service dns --select variable-without-reader services

# ---- the daemon
mkdir etc
printf 'daemon = "tcp-env"\n' > etc/.relayrules.toml
printf 'tcp-env : 10. : setenv = RELAYCLIENT\nsshd : 10.*\n' > etc/hosts.allow
printf 'ALL : ALL\n' > etc/hosts.deny
for rules in "etc/hosts.allow etc/hosts.deny" etc; do
  # shellcheck disable=SC2086
  expect 0 "" relayrules compile $rules -o etc.cdb
  expect 0 "10.1.2.3: allow, may send to any domain*" relayrules lookup etc.cdb --ip 10.1.2.3
done
expect 1 "*a database holds the rules of one daemon*" relayrules compile --no-config etc -o etc.cdb
expect 1 "*a database has no key for '10.*'*" relayrules compile --daemon sshd etc -o etc.cdb
sed -i s/tcp-env/tcp-evn/ etc/.relayrules.toml
expect 1 "*no rule is about the daemon 'tcp-evn'*" relayrules check --select no-rule-for-daemon etc/hosts.allow
rm etc/hosts.deny
expect 3 "*no rule is about the daemon 'tcp-evn'*" relayrules compile etc -o etc.cdb

# ---- what is wrong in them is an error with its place and what is possible, and nothing is compiled
cat > .relayrules.toml << 'END'
program = "tcpserver6"
service = 25
paranoid = "yes"
daemon = ""
[[path]]
files = "*"
program = "inetd"
END
expect 1 ".relayrules.toml:1:11: error: this is no program *did you mean 'tcpserver'*
.relayrules.toml:2:11: error: this is no service *known are 'smtp', 'submission', 'pop3', 'imap', 'dns'*
.relayrules.toml:3:12: error: this is neither true nor false *write true or false*
.relayrules.toml:4:10: error: this names no daemon *write for instance daemon = \"tcp-env\"*
.relayrules.toml:7:11: error: this is no program *known are 'tcpserver', 'ucspi-tcp-ipv6', 'ucspi-tcp6', 'ucspi-ssl', 'spamdyke'*" \
  relayrules check --select RR9 blank.tcp.smtp
expect 1 "*5 errors*'new.cdb' was not written" relayrules compile blank.tcp.smtp -o new.cdb
