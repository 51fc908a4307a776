#!/bin/bash
# relayrules clients as a user calls it: logs of every kind become one list, and replay says of the list what it says of the logs.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '127.:allow,RELAYCLIENT=""\n:allow\n' > old.tcp.smtp
printf '127.:allow,RELAYCLIENT=""\n198.51.100.:allow,RELAYCLIENT=""\n=mail.example.com:deny\n203.0.113.:deny\n:allow\n' > new.tcp.smtp
cat > tcpserver.log << 'END'
@400000004a3b2c1d0e1f2a3b tcpserver: ok 1 mx:192.0.2.25:25 Mail.example.com:198.51.100.7::40123
@400000004a3b2c1e0e1f2a3b tcpserver: status: 1/40
@400000004a3b2c1f0e1f2a3b tcpserver: ok 2 mx:192.0.2.25:25 :203.0.113.9:joe\x41:40124
@400000004a3b2c200e1f2a3b tcpserver: ok 3 mx:192.0.2.25:25 mail.example.com:198.51.100.7::40125
@400000004a3b2c210e1f2a3b tcpserver: ok 4 mx:192.0.2.25:25 :192.0.2.1:-:40126
END
cat > tai64nlocal.log << 'END'
2026-11-22 01:02:03.5 tcpserver: ok 1 mx:192.0.2.25:25 :203.0.113.9::40124
2026-11-22 01:02:04.5 tcpserver: deny 2 mx:192.0.2.25:25 :2001:db8::1::40124
END
cat > postfix.log << 'END'
Nov 22 01:00:00 mx postfix/smtpd[1]: connect from unknown[203.0.113.9]
2026-11-22T01:00:01.25+00:00 mx postfix/smtpd[1]: connect from mail.example.com[192.0.2.1]
Nov 22 01:00:02 mx postfix/smtpd[1]: connect from nobody
END
cat > sendmail.log << 'END'
Nov 22 01:00:03 mx sendmail[1]: q1: from=<a@b.example>, size=1, relay=joe doe@www.example.com [192.0.2.2]
END
printf '192.0.2.7\n192.0.2.8\twww.example.com\tjoe\n192.0.2.9 www.example.com joe\n' > plain.log

# ---- the list
wanted=$(printf '%s\t%s\t%s\t%s\t%s\t%s\n' \
  192.0.2.1 '' '\x2d' 1 2009-06-19T06:11:35.236923451Z 2009-06-19T06:11:35.236923451Z \
  198.51.100.7 mail.example.com '' 2 2009-06-19T06:11:31.236923451Z 2009-06-19T06:11:34.236923451Z \
  203.0.113.9 '' 'joe\\x41' 1 2009-06-19T06:11:33.236923451Z 2009-06-19T06:11:33.236923451Z)
expect 0 "${wanted//\\/\\\\}" relayrules clients tcpserver.log
[ "$(relayrules clients < tcpserver.log)" = "$wanted" ] || fail "standard input gives another answer"
[ "$(relayrules clients tai64nlocal.log)" = "$(printf '203.0.113.9\t\t\t1\t2026-11-22T01:02:03.5\t2026-11-22T01:02:03.5\n2001:db8::1\t\t\t1\t2026-11-22T01:02:04.5\t2026-11-22T01:02:04.5')" ] ||
  fail "tai64nlocal: $(relayrules clients tai64nlocal.log)"
[ "$(relayrules clients postfix.log 2> said)" = "$(printf '192.0.2.1\tmail.example.com\t\t1\t2026-11-22T01:00:01.25+00:00\t2026-11-22T01:00:01.25+00:00\n203.0.113.9\t\t\t1\tNov 22 01:00:00\tNov 22 01:00:00')" ] ||
  fail "Postfix: $(relayrules clients postfix.log)"
[ "$(cat said)" = "relayrules: 1 of 3 lines not understood
  postfix.log:3: 'Nov 22 01:00:02 mx postfix/smtpd[1]: connect from nobody'" ] || fail "odd lines: $(cat said)"
[ "$(relayrules clients sendmail.log)" = "$(printf '192.0.2.2\twww.example.com\tjoe doe\t1\tNov 22 01:00:03\tNov 22 01:00:03')" ] || fail "Sendmail"
[ "$(relayrules clients plain.log)" = "$(printf '192.0.2.7\t\t\t1\t\t\n192.0.2.8\twww.example.com\tjoe\t1\t\t\n192.0.2.9\twww.example.com\tjoe\t1\t\t')" ] || fail "plain"
relayrules clients tcpserver.log postfix.log 2>&1 | grep -q '^  postfix.log:3: ' || fail "another line number behind a first log"
[ "$(relayrules clients --format json plain.log tai64nlocal.log)" = '{"lines":{"read":5,"with_client":5,"not_understood":0},"clients":[{"ip":"192.0.2.7","host":null,"info":null,"count":1,"first":null,"last":null},{"ip":"192.0.2.8","host":"www.example.com","info":"joe","count":1,"first":null,"last":null},{"ip":"192.0.2.9","host":"www.example.com","info":"joe","count":1,"first":null,"last":null},{"ip":"203.0.113.9","host":null,"info":null,"count":1,"first":"2026-11-22T01:02:03.5","last":"2026-11-22T01:02:03.5"},{"ip":"2001:db8::1","host":null,"info":null,"count":1,"first":"2026-11-22T01:02:04.5","last":"2026-11-22T01:02:04.5"}],"not_understood":[]}' ] ||
  fail "JSON: $(relayrules clients --format json plain.log tai64nlocal.log)"
printf 'x 198.51.100.7 y\nnothing\n' > own.log
expect 0 $'198.51.100.7\t\t\t1\t\t' relayrules clients --regex '^x (?<ip>\S+)' own.log
expect 3 "relayrules: cannot list 'own.log': none of its 2 lines shows a client" relayrules clients own.log
expect 3 "relayrules: cannot open 'none': No such file or directory" relayrules clients tcpserver.log none
expect 0 "" relayrules clients /dev/null

# ---- a list is read back exactly, and replay counts what the logs count
# numbers [LOG]: what replay says of each client, and how often it came.
numbers() {
  { relayrules replay --format json old.tcp.smtp new.tcp.smtp "$@" || [ $? = 1 ]; } | python3 -c '
import json, sys
said = json.load(sys.stdin)
print(said["clients"])
for change in said["changes"]:
    print(change["kind"], change["count"], [(c["ip"], c["host"], c["info"], c["count"]) for c in change["clients"]])'
}
for log in tcpserver.log tai64nlocal.log postfix.log sendmail.log plain.log; do
  relayrules clients "$log" > list 2> /dev/null
  relayrules clients list | cmp - list || fail "the list of $log is not read back"
  numbers "$log" > wanted
  relayrules clients "$log" 2> /dev/null | numbers - | cmp - wanted || fail "other numbers from the list of $log"
  cat "$log" "$log" "$log" > thrice
  numbers thrice > wanted
  cat list list list | numbers | cmp - wanted || fail "three lists of $log are not three logs"
done
python3 - << 'END'
lines = [f"x 192.0.2.1 h{byte:02x} {bytes([byte]).decode('latin1')}i{bytes([byte]).decode('latin1')}" for byte in range(256) if byte != 10]
open("bytes.log", "wb").write("\n".join(lines).encode("latin1") + b"\n")
END
relayrules clients --regex '(?s)^x (?<ip>\S+) (?<host>\S+) (?<info>.*)$' bytes.log > list
[ "$(LC_ALL=C tr -d '\t\n -~' < list | wc -c)" = 0 ] || fail "control characters in the list: $(cat -v list)"
relayrules clients list | cmp - list || fail "bytes are not read back"
[ "$(wc -l < list)" = 255 ] || fail "clients became one: $(cat list)"

# ---- counts of others
printf '198.51.100.7\t\t\t41\n' > counted
expect 1 "*1 client, 41 times*1 line read: 1 with a client, 1 of them distinct" relayrules replay old.tcp.smtp new.tcp.smtp counted
for wrong in '0' '-1' '1.5' '1000000000000' 'x' '1\ta\tb\tc'; do
  printf '192.0.2.1\t\t\t1\n198.51.100.7\t\t\t%b\n' "$wrong" > counted
  expect 0 "*2 lines read: 1 with a client, 1 of them distinct; 1 not understood
  line 2: *" relayrules replay old.tcp.smtp new.tcp.smtp counted
done
printf '192.0.2.1\t\t\t1\n198.51.100.7\ta\t\\q\t1\n198.51.100.7\ta\\x00\t\t1\n' > counted
expect 0 "*3 lines read: 1 with a client, 1 of them distinct; 2 not understood*" relayrules replay old.tcp.smtp new.tcp.smtp counted

echo "all cases passed"
