#!/bin/bash
# Real logins at a time, while grants are purged, listed and revoked, and some of the logins are killed: what was said to be granted is there,
# every record is whole, and the store counts right.
source "$SOURCE/tests/end_to_end/begin.bash"

# in memory where there is room: a disk would be waited for at each login
room=$(mktemp -d /dev/shm/relayrules.XXXXXX 2> mktemp.log || mktemp -d /tmp/relayrules.XXXXXX)
trap 'rm -rf "$room"' EXIT
export store=$room/grants
mkdir -m 755 "$store"

# what goes on beside the logins, until there is a file "done"
meanwhile() {
  while [ ! -e done ]; do
    relayrules grants purge "$store" > purged || fail "purge: $(cat purged)"
    [ "$(cat purged)" = "0 removed" ] || fail "purge took what holds: $(cat purged)"
    relayrules grants revoke "$store" --user mallory > /dev/null || [ $? = 1 ] || fail "revoke"
    relayrules grants check "$store" > checked || fail "a record is not whole: $(cat checked)"
    TCPREMOTEIP=10.0.0.1 relayrules-env --grants "$store" -x tcp.smtp.cdb sh -c '[ -n "${RELAYCLIENT+set}" ]' || fail "a grant that holds was not seen"
  done
}

printf ':allow\n' > tcp.smtp
relayrules compile -q --no-check tcp.smtp -o tcp.smtp.cdb
relayrules-grant -g "$store" --ip 10.0.0.1 --user first true
meanwhile > log 2>&1 &
others=$!
# eight at a time; of a hundred each login is killed somewhere on its way
cat > login << 'END'
number=$1
user=joe$((number % 30)) limit=40
case $((number % 4)) in
  0) user=mallory limit=0 ;;
  1) { timeout -s KILL "0.00$((number % 9))1" relayrules-grant -g "$store" --ip "10.0.9.$((number / 4))" --user killed --per-user 0 true; } 2> /dev/null || true ;;
esac
relayrules-grant -v -g "$store" --ip "10.0.$((number % 3)).$((number / 3 + 2))" --user "$user" --per-user "$limit" true
END
seq 400 | xargs -P 8 -n 1 bash login > /dev/null 2> said
touch done
wait $others || fail "beside the logins: $(cat log)"
relayrules grants revoke "$store" --user mallory > /dev/null || true

grep -v '^relayrules-grant: granted ' said && fail "a login got no grant"
[ "$(grep -c ' to joe' said)" = 300 ] || fail "not all logins were granted"
relayrules grants list "$store" > list
while read -r _ _ address _ user; do  # relayrules-grant: granted ADDRESS to USER
  grep -qP "^$address\tvalid\t[^\t]*\t$user\t" list || fail "$address of $user is lost: $(grep -F "$address" list)"
done < <(grep ' to joe' said)
find "$store" -name '.new-*' -exec touch -d '2 minutes ago' {} +
relayrules grants purge "$store" > /dev/null
[ -z "$(find "$store" -name '.new-*')" ] || fail "purge leaves what killed logins left"
counted=$(head -c 19 "$store/.lock")
[ "$((counted))" = "$(ls "$store" | wc -l)" ] || fail "the store counts $counted grants, and has $(ls "$store" | wc -l)"
echo "all good, $(grep -c killed list) of 100 killed logins had got a grant"
