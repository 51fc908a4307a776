#!/bin/bash
# relayrules replay as a user calls it: logs of every kind, from files and from pipes, and what it says when there is nothing to say.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '127.:allow,RELAYCLIENT=""\n:allow\n' > old.tcp.smtp
printf '# new\n127.:allow,RELAYCLIENT=""\n198.51.100.:allow,RELAYCLIENT=""\n203.0.113.:deny\n:allow\n' > new.tcp.smtp
relayrules compile old.tcp.smtp -o old.cdb
cat > tcpserver.log << 'END'
@400000004a3b2c1d0e1f2a3b tcpserver: ok 1 mx:192.0.2.25:25 mail.example.com:198.51.100.7::40123
@400000004a3b2c1e0e1f2a3b tcpserver: status: 1/40
@400000004a3b2c1f0e1f2a3b tcpserver: ok 2 mx:192.0.2.25:25 :203.0.113.9::40124
@400000004a3b2c200e1f2a3b tcpserver: ok 3 mx:192.0.2.25:25 mail.example.com:198.51.100.7::40125
@400000004a3b2c210e1f2a3b tcpserver: ok 4 mx:192.0.2.25:25 :192.0.2.1::40126
END
wanted='relay-gained: clients that may now send to any domain
  1 client, 2 times
  before  allow                          old.tcp.smtp:2
  after   relay RELAYCLIENT=""           new.tcp.smtp:3
    198.51.100.7 named mail.example.com           2 times, first @400000004a3b2c1d0e1f2a3b, last @400000004a3b2c200e1f2a3b

denied: clients that are now refused
  1 client, 1 time
  before  allow                          old.tcp.smtp:2
  after   deny                           new.tcp.smtp:4
    203.0.113.9                                   1 time, @400000004a3b2c1f0e1f2a3b

5 lines read: 4 with a client, 3 of them distinct; 1 about other things'
expect 1 "$wanted" relayrules replay old.tcp.smtp new.tcp.smtp tcpserver.log
[ "$(relayrules replay old.tcp.smtp new.tcp.smtp < tcpserver.log)" = "$wanted" ] || fail "standard input gives another answer"
expect 1 "*before  allow * old.cdb, key ''*" relayrules replay old.cdb new.tcp.smtp tcpserver.log
expect 0 "the same decision for every client of the log
5 lines read: *" relayrules replay old.cdb old.tcp.smtp tcpserver.log
expect 1 '{"same":false,"lines":{"read":5,"with_client":4,"not_understood":0},"clients":3,"changes":\[{"kind":"relay-gained",*' \
  relayrules replay --format json old.tcp.smtp new.tcp.smtp tcpserver.log

# ---- an expression of one's own
printf 'x 198.51.100.7 y\nx 198.51.100.8 y\nnothing\n' > own.log
expect 1 "*2 clients, 2 times*3 lines read: 2 with a client, 2 of them distinct; 1 about other things" \
  relayrules replay --regex '^x (?<ip>\S+)' old.tcp.smtp new.tcp.smtp own.log
expect 2 "relayrules: cannot use the expression '(': *" relayrules replay --regex '(' old.tcp.smtp new.tcp.smtp own.log

# ---- what cannot be done
expect 0 "the same decision for every client of the log
0 lines read: 0 with a client, 0 of them distinct" relayrules replay old.tcp.smtp new.tcp.smtp /dev/null
expect 3 "relayrules: cannot replay 'own.log': none of its 3 lines shows a client" relayrules replay old.tcp.smtp new.tcp.smtp own.log
expect 3 "relayrules: cannot open 'none': No such file or directory" relayrules replay old.tcp.smtp new.tcp.smtp none
expect 3 "relayrules: cannot read '.': it is a folder; name a file in it" relayrules replay old.tcp.smtp new.tcp.smtp .
expect 2 "relayrules: standard input cannot hold both rules and the log" relayrules replay - new.tcp.smtp
printf '10.:alow\n' > broken.tcp.smtp
expect 3 "*nothing can be proved of 'broken.tcp.smtp' until that is mended" relayrules replay old.tcp.smtp broken.tcp.smtp own.log

# ---- who watches sees how far it is; nobody else does
if command -v script > /dev/null; then
  mkfifo slow.log
  (cat tcpserver.log && sleep 0.5 && cat tcpserver.log) > slow.log &
  script -qec "relayrules replay old.tcp.smtp new.tcp.smtp slow.log > /dev/null" seen.txt > /dev/null < /dev/null || true
  wait
  grep -q '10 lines' seen.txt || fail "no progress on a terminal: $(cat seen.txt)"
fi
(cat tcpserver.log && sleep 0.5 && cat tcpserver.log) | relayrules replay old.tcp.smtp new.tcp.smtp > /dev/null 2> errors || true
[ ! -s errors ] || fail "progress where nobody watches"

echo "all cases passed"
