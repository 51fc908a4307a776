#!/bin/bash
# relayrules grants: a store that relayrules-grant wrote is listed, counted, checked, purged, and grants are revoked.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3
room=$(mktemp -d /tmp/relayrules.XXXXXX)
trap 'rm -rf "$room"' EXIT
chmod 755 "$room"
store=$room/grants
mkdir -m 755 "$store"
grant() { relayrules-grant --grants "$store" --ip "$1" --user "$2" --service pop3 --seconds "${3:-900}" true || fail "no grant for $1"; }
grant 192.0.2.8 joe
grant 192.0.2.9 joe
grant 2001:db8::7 ann 1
sleep 1.2
relayrules grants list "$store" | sed 's/20[0-9-]*T[0-9:]*Z/TIME/' > listed
printf '192.0.2.8\tvalid\tTIME\tjoe\tpop3\n192.0.2.9\tvalid\tTIME\tjoe\tpop3\n2001:db8::7\texpired\tTIME\tann\tpop3\n' | cmp - listed || fail "list: $(cat listed)"
relayrules grants list "$store" --format json > list.json || fail "list --format json"
relayrules grants stats "$store" --format json > stats.json || fail "stats --format json"
python3 - << 'END' || fail "the JSON is not as relayrules(1) says: $(cat list.json stats.json)"
import json, time
grants = json.load(open("list.json"))["grants"]
assert [set(each) for each in grants] == [{"address", "state", "user", "service", "time", "expires"}] * 3, grants
assert grants[0]["expires"] - grants[0]["time"] == 900 and abs(grants[0]["time"] - time.time()) < 60, grants
assert json.load(open("stats.json")) == {"valid": 2, "expired": 1, "future": 0, "never": 0, "broken": 0, "users": 1}
END
expect 0 "*valid    2*" relayrules grants stats "$store"
expect 0 "3 records, and none is wrong" relayrules grants check "$store"
expect 0 "1 removed" relayrules grants purge "$store"
expect 0 "0 removed" relayrules grants purge "$store"
expect 1 "0 removed" relayrules grants revoke "$store" --user ann
expect 0 "1 removed" relayrules grants revoke "$store" --ip ::ffff:192.0.2.8
expect 0 "1 removed" relayrules grants revoke "$store" --user joe
expect 0 "" relayrules grants list "$store"
# one for a network is noted, and nothing is wrong with it
relayrules-grant -g "$store" --ip 2001:db8::1 --user joe --ipv6-bits 64 true
expect 0 "2001:db8::/64: note: it is for a network of 64 bits, *1 records, and none is wrong" relayrules grants check "$store"
expect 0 "1 removed" relayrules grants revoke "$store" --user joe
# a record that is none
echo rubbish > "$store/192.0.2.8"
expect 1 "192.0.2.8: *" relayrules grants check "$store"
expect 0 "192.0.2.8	broken	*" relayrules grants list "$store"
# mistakes
expect 2 "relayrules: revoke: say whose grants, with one of --ip and --user*" relayrules grants revoke "$store"
expect 2 "relayrules: revoke: say whose grants, with one of --ip and --user*" relayrules grants revoke "$store" --ip 192.0.2.8 --user joe
expect 2 "relayrules: --ip and --user go with revoke alone*" relayrules grants list "$store" --ip 192.0.2.8
expect 2 "*" relayrules grants burn "$store"
expect 3 "relayrules: *" relayrules grants list "$room/none"
expect 3 "relayrules: *" relayrules grants list grants
chmod 777 "$store"
expect 3 "relayrules: *" relayrules grants list "$store"
