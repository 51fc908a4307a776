#!/bin/bash
# relayrules check beside a compiled database: one that says something else than its text is a finding.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '127.:allow,RELAYCLIENT=""\n10.1.:deny\n:allow\n' > tcp.smtp
expect 0 "" relayrules check tcp.smtp
relayrules compile -q tcp.smtp -o tcp.smtp.cdb
expect 0 "" relayrules check tcp.smtp
printf '127.:allow,RELAYCLIENT=""\n10.2.:deny\n:allow\n' > tcp.smtp
expect 1 "*'tcp.smtp.cdb' was not compiled from this text: it lacks a record for the key '10.2.'*stale-database*" \
  relayrules check tcp.smtp
printf '127.:allow,RELAYCLIENT=""\n10.1.:allow\n:allow\n' > tcp.smtp
expect 1 "*what it has for the key '10.1.' is another*" relayrules check --select stale-database tcp.smtp
# sorted by whoever dumped it, it says the same; of two with one key the first counts
printf ':allow\n10.1.:deny\n127.:allow,RELAYCLIENT=""\n' > tcp.smtp
expect 0 "" relayrules check --select stale-database tcp.smtp
printf '10.1.:allow\n10.1.:deny\n:allow\n' > twice.tcp.smtp
relayrules compile -q --no-check twice.tcp.smtp -o twice.tcp.smtp.cdb
expect 0 "" relayrules check --select stale-database twice.tcp.smtp
printf ':allow\n10.1.:allow\n10.1.:deny\n' > twice.tcp.smtp
expect 0 "" relayrules check --select stale-database twice.tcp.smtp
printf ':allow\n10.1.:deny\n10.1.:allow\n' > twice.tcp.smtp
expect 1 "*what it has for the key '10.1.' is another*" relayrules check --select stale-database twice.tcp.smtp
printf ':allow\n10.1.:allow\n10.1.:deny\n10.1.:deny\n' > twice.tcp.smtp
expect 1 "*it lacks a record for the key '10.1.'*" relayrules check --select stale-database twice.tcp.smtp
printf '127.:allow,RELAYCLIENT=""\n10.1.:deny\n' > tcp.smtp
expect 1 "*it has records that no rule here gives*stale-database*" relayrules check tcp.smtp
# a text on its way to somewhere else is not the one beside it
expect 0 "" bash -c 'printf ":allow\n" | relayrules check --select stale-database --stdin-name tcp.smtp -'
# grants of vpopmail stand behind the rules
touch open-smtp
expect 0 "*catch-all-missing*" relayrules check --select stale-database,catch-all-missing tcp.smtp
expect 0 "" relayrules check --select stale-database tcp.smtp
# one that tcpserver cannot read, or reads otherwise than its records say
echo text > tcp.smtp.cdb
expect 1 "*cannot read 'tcp.smtp.cdb': it is no whole CDB: it is text, as rules are before they are compiled*stale-database*" \
  relayrules check --select stale-database tcp.smtp
