#!/bin/bash
# relayrules compile --show-diff and --confirm-widening: what changes is said before the database is replaced, and nobody gains relaying
# unless that is allowed.
source "$SOURCE/tests/end_to_end/begin.bash"

# stands FILE: rules.cdb has the bytes of FILE, and nothing lies beside it.
stands() {
  cmp -s "$1" rules.cdb || fail "rules.cdb is not $1"
  [ -z "$(find . -name '*.tmp' -o -name '.rules.cdb*')" ] || fail "something was left behind"
}

printf '10.:allow,RELAYCLIENT=""\n192.0.2.:deny\n:allow\n' > old.tcp.smtp
printf '10.:allow,RELAYCLIENT=""\n192.0.2.:allow,RELAYCLIENT=""\n:allow\n' > wider.tcp.smtp
printf '10.1.:allow,RELAYCLIENT=""\n192.0.2.:deny\n:allow\n' > narrower.tcp.smtp
relayrules compile old.tcp.smtp -o old.cdb
relayrules compile wider.tcp.smtp -o wider.cdb
relayrules compile narrower.tcp.smtp -o narrower.cdb

# ---- nothing to compare with
expect 0 "there is no 'rules.cdb' yet to compare with" relayrules compile old.tcp.smtp -o rules.cdb --show-diff
stands old.cdb
rm rules.cdb
expect 0 "relayrules: there is no 'rules.cdb' yet to compare with" relayrules compile old.tcp.smtp -o rules.cdb --confirm-widening
stands old.cdb
expect 2 "relayrules: there is nothing to compare with: name the database with -o OUT.cdb" \
  relayrules compile old.tcp.smtp --dry-run --show-diff

# ---- what changes is said, and the database replaced
expect 0 "the same decision for every client" relayrules compile old.tcp.smtp -o rules.cdb --show-diff
expect 0 "relay-lost: *10.0.0.0/16, *rules.cdb, key '10.'*narrower.tcp.smtp:3*" \
  relayrules compile narrower.tcp.smtp -o rules.cdb --show-diff --confirm-widening
stands narrower.cdb
cp old.cdb rules.cdb
expect 0 "relay-gained: *would write 'rules.cdb': 3 records*" \
  relayrules compile wider.tcp.smtp -o rules.cdb --show-diff --dry-run
stands old.cdb

# ---- nobody gains relaying unnoticed
expect 1 "relay-gained: clients that may now send to any domain
  192.0.2.0/24
    256 addresses
    before  deny * rules.cdb, key '192.0.2.'
    after   relay RELAYCLIENT=\"\" * wider.tcp.smtp:2
    for instance 192.0.2.0
relayrules: 'rules.cdb' was not written: clients gain relaying; --allow-widening lets them" \
  relayrules compile wider.tcp.smtp -o rules.cdb --confirm-widening
stands old.cdb
expect 1 "*was not written*" relayrules compile wider.tcp.smtp -o rules.cdb --confirm-widening --dry-run
expect 1 "relay-gained: *was not written*" relayrules compile wider.tcp.smtp -o rules.cdb --confirm-widening --show-diff
stands old.cdb
expect 0 "" relayrules compile wider.tcp.smtp -o rules.cdb --confirm-widening --allow-widening
stands wider.cdb

# ---- an old database that cannot be read
head -c 100 old.cdb > rules.cdb
cp rules.cdb short.cdb
expect 3 "relayrules: 'rules.cdb' was not written: cannot read 'rules.cdb': it is no whole CDB: it ends before its table of contents does; compile the rules again; --allow-widening replaces it all the same" \
  relayrules compile old.tcp.smtp -o rules.cdb --confirm-widening
stands short.cdb
expect 0 "relayrules: cannot read 'rules.cdb': it is no whole CDB: it ends before its table of contents does; compile the rules again" \
  relayrules compile old.tcp.smtp -o rules.cdb --show-diff
stands old.cdb
cp short.cdb rules.cdb
expect 0 "" relayrules compile old.tcp.smtp -o rules.cdb --confirm-widening --allow-widening
stands old.cdb

# ---- half of hosts.allow and hosts.deny is not compared
mkdir etc
printf 'ALL : 10.\n' > etc/hosts.allow
printf 'ALL : ALL\n' > etc/hosts.deny
cp old.cdb half.cdb
for option in --confirm-widening --show-diff '--show-diff --confirm-widening --allow-widening'; do
  # shellcheck disable=SC2086
  expect 3 "relayrules: cannot prove anything of 'etc/hosts.allow': 'etc/hosts.deny' lies beside it, and the two are one list of rules; name both, or their folder" \
    relayrules compile -q --no-check etc/hosts.allow -o half.cdb $option
  cmp -s half.cdb old.cdb || fail "$option: half of the rules took the place of a database"
done
expect 0 "*" relayrules compile -q --no-check etc -o half.cdb --show-diff
cp old.cdb half.cdb
expect 0 "relayrules: etc/hosts.allow: 'etc/hosts.deny' lies beside it and is not considered" \
  relayrules compile -q --no-check etc/hosts.allow -o half.cdb

# ---- rules in error are refused before anything is compared
printf '10. allow\n' > bad.tcp.smtp
expect 1 "*line-without-colon*'rules.cdb' was not written" relayrules compile bad.tcp.smtp -o rules.cdb --show-diff
stands old.cdb

echo "all cases passed"
