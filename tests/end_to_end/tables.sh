#!/bin/bash
# Tables of a mail server, asked about clients: the value that stands there, and what check says of the file.
source "$SOURCE/tests/end_to_end/begin.bash"

printf 'if 10.0.0.0/8\n10.1.2.3 REJECT go\n  away\n0.0.0.0/0 OK\nendif\n::ffff:10.1.2.3 DUNNO\n' > nets.cidr
printf '10.1.2.3\n10.9.9.9\thost.example\n192.0.2.1\n::ffff:10.1.2.3\nno address\n' > clients
got=0
relayrules lookup nets.cidr - < clients > answers || got=$?
[ $got = 1 ] || fail "a line that is no client is exit code $got"
diff answers - << 'END' || fail "lookup answers otherwise"
{"ip":"10.1.2.3","host":null,"info":null,"matched":"10.1.2.3","result":"REJECT go  away"}
{"ip":"10.9.9.9","host":"host.example","info":null,"matched":"10.","result":"OK"}
{"ip":"192.0.2.1","host":null,"info":null,"matched":null,"result":null}
{"ip":"::ffff:10.1.2.3","host":null,"info":null,"matched":"::ffff:10.1.2.3","result":"DUNNO"}
{"line":5,"error":"the line is no 'IP TAB HOST TAB INFO' with an IPv4 or IPv6 address"}
END
expect 0 "10.1.2.3: REJECT go  away
  rule   nets.cidr:2: 10.1.2.3 REJECT go*away" relayrules lookup nets.cidr --ip 10.1.2.3
expect 0 "192.0.2.1: not found" relayrules lookup --from cidr_table nets.cidr --ip 192.0.2.1

# a table with an error still has an answer: Postfix goes on behind what it skips, and so the answer is known
printf 'if 10.1.2.3/8\n0.0.0.0/0 OK\nendif\n' > broken.cidr
expect 0 "*broken.cidr:1:1: error: '10.1.2.3/8' has bits set behind its mask: Postfix skips the 'if' alone*192.0.2.1: OK*" \
  relayrules lookup broken.cidr --ip 192.0.2.1
expect 1 "*[RR131 broken-if]*[RR441 permits-everybody]*" relayrules check broken.cidr
expect 1 "*'if 10.0.0.0/8'*" relayrules check broken.cidr

# ---- by key: the name, its parents, the address and its octets
printf 'example.net DUNNO\n10.1 REJECT\n10.1.2.3 OK\nunknown HOLD\n' > access
expect 0 "10.1.2.3: DUNNO*" relayrules lookup access --from postfix_access --ip 10.1.2.3 --host a.example.net
expect 0 "10.1.2.3: OK*" relayrules lookup access --from postfix_access --ip 10.1.2.3 --host a.example.org
expect 0 "10.1.2.4: REJECT*" relayrules lookup access --from postfix_access --ip 10.1.2.4 --host a.example.org
expect 0 "10.1.2.3: HOLD*" relayrules lookup access --from postfix_access --ip 10.1.2.3

# ---- of a key that is the beginning of a text, and no network, nothing is proved
mkdir server
printf 'myhostname = mx.example.org\nmydestination = example.org\nmynetworks =\nsmtpd_relay_restrictions =\n' > server/main.cf
printf 'smtpd_recipient_restrictions = check_client_access texthash:/etc/postfix/a, reject_unauth_destination\n' >> server/main.cf
printf '2001:0 OK\n' > server/a
printf 'rules server\nany to=outside refused\n' > server.expect
expect 0 "2001:0:1:2:3:4:5:6: mail to * is accepted*" relayrules lookup server --ip 2001:0:1:2:3:4:5:6
for command in "audit server" "diff server server" "test server.expect"; do
  # shellcheck disable=SC2086
  expect 3 "*cannot prove anything of 'server*" relayrules $command
done

# ---- a table is no list of rules for tcpserver
printf '10.0.0.0/8 OK\n192.0.2.0/24 DUNNO\n' > none.cidr
printf 'Connect:10 RELAY\n' > relays
for table in "cidr_table none.cidr" "postfix_access access" "sendmail_access relays"; do
  # shellcheck disable=SC2086
  expect 1 "*is a table that another server goes on behind*" relayrules compile --no-check --from $table -o none.cdb
  [ ! -e none.cdb ] || fail "$table was compiled"
done
