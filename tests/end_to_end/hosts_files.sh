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
expect 0 "10.1.1.1: allow*" relayrules lookup etc/hosts.allow --daemon tcp-env --ip 10.1.1.1
expect 0 "10.1.1.1: deny*" relayrules lookup etc/hosts.deny --daemon tcp-env --ip 10.1.1.1

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
printf 'sshd : 192.0.2.\n' > etc/hosts.allow
printf '# nobody\n' > etc/hosts.deny
expect 0 "" relayrules check etc/hosts.allow
expect 1 "*neither hosts.allow nor hosts.deny refuses anybody else*catch-all-missing*" relayrules check etc
