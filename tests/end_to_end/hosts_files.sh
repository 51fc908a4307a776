#!/bin/bash
# hosts.allow and hosts.deny together, as a user calls lookup, compile, check and diff on them.
source "$SOURCE/tests/end_to_end/begin.bash"

mkdir -p etc
printf 'tcp-env : 127. 192.0.2. EXCEPT 192.0.2.7 : setenv = RELAYCLIENT\nsshd : LOCAL %s/list\n' "$PWD" > etc/hosts.allow
printf 'ALL : ALL\n' > etc/hosts.deny
printf '198.51.100.7 .example.com\n' > list
cp etc/hosts.allow a
cp etc/hosts.deny b

# ---- one after the other, in whatever order, by name, by place and by folder
for files in "etc/hosts.allow etc/hosts.deny" "etc/hosts.deny etc/hosts.allow" "etc" "--from hosts_access a b"; do
  # shellcheck disable=SC2086
  expect 0 "127.0.0.1: allow, may send to any domain*" relayrules lookup $files --daemon tcp-env --ip 127.0.0.1
  # shellcheck disable=SC2086
  expect 0 "192.0.2.7: deny*" relayrules lookup $files --daemon tcp-env --ip 192.0.2.7
  # shellcheck disable=SC2086
  expect 0 "10.1.1.1: deny*" relayrules lookup $files --daemon other --ip 10.1.1.1
done
expect 0 "relayrules: etc/hosts.allow: 'etc/hosts.deny' lies beside it and is not considered
10.1.1.1: allow*" relayrules lookup etc/hosts.allow --daemon tcp-env --ip 10.1.1.1
expect 0 "relayrules: etc/hosts.deny: 'etc/hosts.allow' lies beside it and is not considered
10.1.1.1: deny*" relayrules lookup etc/hosts.deny --daemon tcp-env --ip 10.1.1.1

# ---- names, files of patterns
expect 0 "10.1.1.1: allow*" relayrules lookup etc --daemon sshd --ip 10.1.1.1 --host desk
expect 0 "10.1.1.1: deny*" relayrules lookup etc --daemon sshd --ip 10.1.1.1 --host desk.example.org
expect 0 "10.1.1.1: allow*" relayrules lookup etc --daemon sshd --ip 10.1.1.1 --host desk.example.com
expect 0 "198.51.100.7: allow*" relayrules lookup etc --daemon sshd --ip 198.51.100.7
rm list
expect 3 "*the patterns of '*' are not known*" relayrules lookup etc --daemon sshd --ip 198.51.100.7
[ "$(printf '127.0.0.1\n' | relayrules lookup etc --daemon tcp-env - | grep -c '"allow"')" = 1 ] || fail "a list of clients"

# ---- a database says the same
relayrules compile etc --daemon tcp-env -o both.cdb
for address in 127.0.0.1 192.0.2.6 192.0.2.7 192.0.2.8 10.1.1.1; do
  rules=$(relayrules lookup etc --daemon tcp-env --ip "$address" | head -1)
  database=$(relayrules lookup both.cdb --ip "$address" | head -1)
  [ "$rules" = "$database" ] || fail "$address: '$rules', but in the database '$database'"
done
expect 0 "the same decision for every client" relayrules diff both.cdb both.cdb
expect 1 "*a database has no key for 'LOCAL'*" sh -c 'printf "sshd : LOCAL\n" > c; relayrules compile --from hosts_access c --daemon sshd -o x.cdb'
expect 1 "*a database has no room for the option 'spawn'*" sh -c 'printf "sshd : 10. : spawn x\n" > c; relayrules compile --from hosts_access c --daemon sshd -o x.cdb'

# ---- what a client gets
printf 'd : ALL : setenv WHO %%u@%%a\n' > etc/hosts.allow
expect 0 '*env    WHO="joe@10.1.1.1"*' relayrules lookup etc --daemon d --ip 10.1.1.1 --info joe
printf 'd@10.1.1.1 : ALL\n' > etc/hosts.allow
expect 3 "*name the address: --daemon d@ADDRESS*" relayrules lookup etc --daemon d --ip 127.0.0.1
expect 0 "127.0.0.1: allow*" relayrules lookup etc --daemon d@10.1.1.1 --ip 127.0.0.1
expect 0 "127.0.0.1: deny*" relayrules lookup etc --daemon d@10.1.1.2 --ip 127.0.0.1

# ---- what only the two together can lack
printf 'sshd : 10.1.2.\n' > etc/hosts.allow
printf '# nobody\n' > etc/hosts.deny
expect 0 "" relayrules check etc/hosts.allow
expect 1 "*neither hosts.allow nor hosts.deny refuses anybody else*catch-all-missing*" relayrules check etc

# ---- no rule is about the daemon: libwrap lets everybody in, and that is said
printf 'qmail-smtpd, smtp : 192.0.2. : setenv = RELAYCLIENT\nALL EXCEPT tcp-env : 10.\n' > etc/hosts.allow
printf 'qmail-smtpd : ALL\n' > etc/hosts.deny
nobody="no rule is about the daemon 'tcp-env': libwrap lets every client in"
expect 1 "etc/hosts.allow:1:1: warning: $nobody *RR342 no-rule-for-daemon*
*help: the rules are about 'qmail-smtpd', 'smtp'; write the name that the daemon's process has*" relayrules check etc --daemon tcp-env
expect 0 "relayrules: etc: $nobody; the rules are about 'qmail-smtpd', 'smtp'
8.8.8.8: allow
  nothing matched: clients that no rule is about are allowed" relayrules lookup etc --daemon tcp-env --ip 8.8.8.8
expect 0 "*$nobody; the rules are about *let in: 0.0.0.0/0, ::/0*by no rule*" relayrules audit --daemon tcp-env etc/hosts.allow etc/hosts.deny
expect 0 "*\"notes\":[[]\"$nobody; the rules are about 'qmail-smtpd', 'smtp'\"[]]*" relayrules audit etc/hosts.allow etc/hosts.deny --daemon tcp-env --format json
expect 3 "relayrules: cannot use 'etc': $nobody; the rules are about 'qmail-smtpd', 'smtp'" \
  relayrules compile etc --daemon tcp-env -o new.cdb
[ ! -e new.cdb ] || fail "a database for everybody was written"
expect 0 "" relayrules check etc/hosts.allow --daemon smtp -q --select no-rule-for-daemon
: > etc/hosts.allow
: > etc/hosts.deny
expect 0 "relayrules: etc: $nobody
8.8.8.8: allow*" relayrules lookup etc --daemon tcp-env --ip 8.8.8.8

# ---- what libwrap does with a mistake is known, and lookup answers so; nothing is compiled or proved
printf 'no colon\nd : 192.0.2. : alow\nd : 10.\n' > etc/hosts.allow
printf 'ALL : ALL' > etc/hosts.deny
expect 0 "*'no colon' has no ':', and libwrap skips the line*10.1.1.1: allow
  key    10.
  rule   etc/hosts.allow:3: d : 10." relayrules lookup etc --daemon d --ip 10.1.1.1
expect 0 "*'alow' is no option; libwrap denies the connection*192.0.2.1: deny*" relayrules lookup etc --daemon d --ip 192.0.2.1
expect 0 "*has no newline at its end: libwrap denies every client*8.8.8.8: deny*" relayrules lookup etc --daemon d --ip 8.8.8.8
expect 1 "*'etc/new.cdb' was not written" relayrules compile etc --daemon d -o etc/new.cdb
expect 3 "*nothing can be proved of 'etc' until that is mended" relayrules search etc --daemon d --verdict allow

# ---- as libwrap sees a client
printf 'd : ALL : setenv H %%h : setenv N %%n : setenv C %%c\n' > etc/hosts.allow
: > etc/hosts.deny
expect 0 '*env    H="A.Example.NET"
  env    N="A.Example.NET"
  env    C="joe@A.Example.NET"' relayrules lookup etc --daemon d --ip 10.1.1.1 --host A.Example.NET --info joe
expect 0 '*env    H="10.1.1.1"
  env    N="unknown"
  env    C="10.1.1.1"' relayrules lookup etc --daemon d --ip 10.1.1.1
printf 'd : 0.0.0.0/0.0.0.0 255.0.0.0/8 : deny\nd : 255.\n' > etc/hosts.allow
expect 0 "255.255.255.255: allow*" relayrules lookup etc --daemon d --ip 255.255.255.255
expect 0 "255.255.255.254: deny*" relayrules lookup etc --daemon d --ip 255.255.255.254
for option in "user relayrules-nobody" "group = relayrules-nobody" "user root.relayrules-nobody" "user relayrules-nobody : allow"; do
  printf 'd : ALL : %s\n' "$option" > etc/hosts.allow
  expect 0 "10.1.1.1: deny*" relayrules lookup etc --daemon d --ip 10.1.1.1
done
# whether the process may become it, the files do not say
for option in "user root" "group root" "user root.root : allow" "user root : group root"; do
  printf 'd : 10. : %s\n' "$option" > etc/hosts.allow
  expect 3 "relayrules: cannot answer for '10.1.1.1': libwrap lets it in only where the daemon's process may take the * (etc/hosts.allow:1: *" \
    relayrules lookup etc --daemon d --ip 10.1.1.1
  expect 0 "11.1.1.1: allow*" relayrules lookup etc --daemon d --ip 11.1.1.1
  expect 3 "*cannot prove anything of 'etc': *or the options user, group, aclexec or twist (unless it only says something); no proof is about these yet" relayrules audit etc --daemon d
  expect 3 "*cannot prove anything of 'etc': *" relayrules search etc --daemon d --verdict deny
  printf 'd : 10. : %s : deny\n' "${option% : allow}" > etc/hosts.allow
  expect 0 "10.1.1.1: deny*" relayrules lookup etc --daemon d --ip 10.1.1.1
  expect 0 "10.0.0.0/8*1 set of clients" relayrules search etc --daemon d --verdict deny
done
printf 'd : 10. : aclexec /usr/local/bin/check %%a\n' > etc/hosts.allow
expect 3 "relayrules: cannot answer for '10.1.1.1': the command '/usr/local/bin/check %a' decides, and it is not run here (etc/hosts.allow:1: *" \
  relayrules lookup etc --daemon d --ip 10.1.1.1
expect 0 "11.1.1.1: allow*" relayrules lookup etc --daemon d --ip 11.1.1.1
expect 3 "*cannot prove anything of 'etc': *" relayrules audit etc --daemon d
# whom twist hands to a program, that decides about; one that only talks is a refusal
printf 'd : 10. : setenv RELAYCLIENT : twist /usr/bin/tcp-env qmail-smtpd\nd : 11. : twist /bin/echo "not you, %%a"\n' > etc/hosts.allow
expect 3 "relayrules: cannot answer for '10.1.1.1': the command '/usr/bin/tcp-env qmail-smtpd' decides, and it is not run here (etc/hosts.allow:1: *" \
  relayrules lookup etc --daemon d --ip 10.1.1.1
expect 0 "11.1.1.1: deny*" relayrules lookup etc --daemon d --ip 11.1.1.1
expect 3 "*cannot prove anything of 'etc': *aclexec or twist (unless*; no proof is about these yet" relayrules audit etc --daemon d
sed -i 1d etc/hosts.allow
expect 0 "11.0.0.0/8*1 set of clients" relayrules search etc --daemon d --verdict deny
