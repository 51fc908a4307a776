#!/bin/bash
# relayrules-policyd with grants: in Redis that does not run yet, runs, is stopped and goes on, while it answers hundreds of requests; and in a
# folder that is made, and made anew, while it runs.
source "$SOURCE/tests/end_to_end/begin.bash"
source "$SOURCE/tests/end_to_end/redis.bash"

needs python3
printf '192.0.2.66:deny\n192.0.2.10:allow,RELAYCLIENT=""\n192.0.2.70:allow,RELAYGRANT="no"\n:allow\n' | tcprules rules.cdb rules.tmp
# policyd NAME OPTIONS...: one that listens at NAME and logs to NAME.log
policyd() {
  relayrules-policyd -x rules.cdb --listen "$1" "${@:2}" 2> "$1.log" &
  pids[$1]=$!
  soon "relayrules-policyd does not listen: $(cat "$1.log")" test -S "$1"
}
# answers COUNT CLIENT: how often which answer comes at the socket $at, to requests that are sent at once by as many connections
answers() {
  python3 - "$at" "$@" << 'EOF'
import collections, socket, sys
at, count, client = sys.argv[1], int(sys.argv[2]), sys.argv[3]
request = ("request=smtpd_access_policy\nprotocol_state=RCPT\nclient_address=%s\nclient_name=unknown\nrecipient=u@far.example\n\n" % client).encode()
connections = []
for _ in range(count):
    connections.append(socket.socket(socket.AF_UNIX))
    connections[-1].settimeout(60)
    connections[-1].connect(at)
    connections[-1].sendall(request)
got = collections.Counter(connection.recv(1000).decode().strip() for connection in connections)
print(" ".join("%s:%d" % each for each in sorted(got.items())))
EOF
}
is() { [ "$2" = "$3" ] || fail "$1: '$2', not '$3' ($(cat "$at.log"))"; }
holds() { [ "$(answers 1 192.0.2.8)" = action=OK:1 ]; }

# ---- Redis
store=redis:$room/one/socket?timeout=1000
at=by-redis
policyd by-redis --grants "$store" --never 192.0.2.90
is "a server that does not run" "$(answers 300 192.0.2.8)" action=DUNNO:300
is "a rule" "$(answers 1 192.0.2.10)" action=OK:1
grep -qx "relayrules-policyd: no grants: cannot open the folder '$room/one': No such file or directory" by-redis.log || fail "$(cat by-redis.log)"
serve one
for client in 8 66 70 90; do relayrules-grant -g "$store" --ip 192.0.2.$client --user joe true; done
soon "no grants once Redis runs: $(cat by-redis.log)" holds
is "a grant" "$(answers 300 192.0.2.8)" action=OK:300
is "another client" "$(answers 1 192.0.2.9)" action=DUNNO:1
is "a denied client" "$(answers 1 192.0.2.66)" "action=REJECT a rule denies this client:1"
is "a rule without grants" "$(answers 1 192.0.2.70)" action=DUNNO:1
is "a gateway" "$(answers 1 192.0.2.90)" action=DUNNO:1
stop one STOP
SECONDS=0
is "a server that is stopped" "$(answers 500 192.0.2.8)" action=DUNNO:500
# one a second waits; if each of them did it were 500 s
[ $SECONDS -le 60 ] || fail "500 requests took $SECONDS s while Redis was stopped"
stop one CONT
soon "no grants once Redis goes on: $(cat by-redis.log)" holds
stop one KILL
is "a server that was killed" "$(answers 300 192.0.2.8)" action=DUNNO:300
redis_lines=$(grep -c . by-redis.log)
[ "$redis_lines" -le 6 ] || fail "said $redis_lines lines: $(cat by-redis.log)"
[ "$(grep -c 'the store of grants answers again' by-redis.log)" = 2 ] || fail "$(cat by-redis.log)"

# ---- a folder
at=by-folder
policyd by-folder --grants "$room/grants" --grant-seconds 60 --ipv6-bits 64
is "no folder" "$(answers 1 192.0.2.8)" action=DUNNO:1
for again in 1 2; do
  mkdir -m 755 "$room/grants"
  relayrules-grant -g "$room/grants" --ip 192.0.2.8 true
  soon "a folder that was made ($again): $(cat by-folder.log)" holds
  relayrules-grant -g "$room/grants" --ip 2001:db8::1 --ipv6-bits 64 true
  is "a network" "$(answers 1 2001:db8::2)" action=OK:1
  rm -r "$room/grants"
  is "a folder that is gone" "$(answers 1 192.0.2.8)" action=DUNNO:1
done
echo rubbish > rubbish
mkdir -m 755 "$room/grants"
relayrules-grant -g "$room/grants" --ip 192.0.2.8 true
soon "a folder that was made" holds
install -m 644 rubbish "$room/grants/192.0.2.9"
is "a broken record" "$(answers 1 192.0.2.9)$(answers 1 192.0.2.8)" action=DUNNO:1action=OK:1

# ---- what is wrong at the start
expect 111 "relayrules-policyd: no grants: the store's path 'grants' does not begin with '/'*" relayrules-policyd -x rules.cdb --listen s --grants grants
expect 111 "relayrules-policyd: no grants: '10.0.0' is no address*" relayrules-policyd -x rules.cdb --listen s --grants "$store" --never 10.0.0
