#!/bin/bash
# Grants in a real Redis: one login, its mail and its end; a replica by TLS with users who may do one thing each; servers that are stopped, killed,
# full and not synchronised; relayrules-policyd in front of them.
source "$SOURCE/tests/end_to_end/begin.bash"

source "$SOURCE/tests/end_to_end/redis.bash"

needs python3 openssl
redis() { redis-cli -s "$room/${server:-one}/socket" "$@"; }

export TCPREMOTEIP=192.0.2.8 USER=joe
# a busy machine may take its time; messages have the name without the options
name=redis:$room/one/socket
store=$name?timeout=9000
printf '192.0.2.66:deny\n192.0.2.10:allow,RELAYCLIENT=""\n:allow\n' | tcprules rules.cdb rules.tmp
# grant IP [OPTIONS]: a login from there, by the store $store
grant() { relayrules-grant --grants "$store" --ip "$1" --service pop3 "${@:2}" true 2>&1; }
# relay IP [OPTIONS]: yes or no, and what is said of it
relay() {
  # shellcheck disable=SC2016  # the inner shell expands it
  env TCPREMOTEIP="$1" relayrules-env --grants "$store" "${@:2}" -x rules.cdb sh -c 'echo "${RELAYCLIENT-no}${RELAYCLIENT+yes}"' 2>&1
}
is() { [ "$2" = "$3" ] || fail "$1: '$2', not '$3'"; }
# no_grant IP WHY: the rules hold, and one line says why there is no grant
no_grant() {
  local said
  said=$(relay "$1")
  # shellcheck disable=SC2053
  [[ $said == "relayrules-env: no grants: "$2$'\n'no ]] || fail "$1: '$said', not '$2'"
  is "a rule" "$(relay 192.0.2.10)" yes
}

# ---- one login
serve one
is "before" "$(relay 192.0.2.8)" no
is "the login" "$(grant 192.0.2.8)" ""
is "after" "$(relay 192.0.2.8)" yes
is "another client" "$(relay 192.0.2.9)" no
[[ $(redis get rr/192.0.2.8) =~ ^[0-9]{10}\ 900\ joe\ pop3$ ]] || fail "the value is '$(redis get rr/192.0.2.8)'"
[ "$(redis ttl rr/192.0.2.8)" -gt 880 ] || fail "the server does not forget: $(redis ttl rr/192.0.2.8)"
grant 192.0.2.66
expect 100 "" env TCPREMOTEIP=192.0.2.66 relayrules-env --grants "$store" -x rules.cdb true
grant 2001:db8::1 --ipv6-bits 64
is "a network" "$(redis exists rr/2001:db8::/64)$(relay 2001:db8::2)$(relay 2001:db8::2 --ipv6-bits 64)$(relay 2001:db8:0:1::2 --ipv6-bits 64)" 1noyesno
is "one second" "$(grant 192.0.2.20 --seconds 1)$(sleep 1.2)$(relay 192.0.2.20)$(redis exists rr/192.0.2.20)" no0
is "other keys" "$(grant 192.0.2.30; relay 192.0.2.30 --grants "$store&prefix=other/")" no
# the server's own expiry is not what decides
redis set rr/192.0.2.21 "$(($(date +%s) - 901)) 900 joe pop3" > /dev/null
redis set rr/192.0.2.22 "$(($(date +%s) + 60)) 900 joe pop3" > /dev/null
redis set rr/192.0.2.23 "$(($(date +%s) - 901))" > /dev/null
is "too long ago, or yet to come" "$(relay 192.0.2.21)$(relay 192.0.2.22)$(relay 192.0.2.23)" nonono
is "the reader's period" "$(relay 192.0.2.23 --grant-seconds 1000)$(relay 192.0.2.8 --grant-seconds 1000)" yesyes
redis set rr/192.0.2.24 yes > /dev/null
redis lpush rr/192.0.2.25 "$(date +%s)" > /dev/null
no_grant 192.0.2.24 "'rr/192.0.2.24' in '$name' is no record of a grant: delete it"
no_grant 192.0.2.25 "'rr/192.0.2.25' in '$name' is no record of a grant: delete it"
is "a cap" "$(grant 192.0.2.8 --per-user 2)" \
  "relayrules-grant: not granted 192.0.2.8 to joe: Redis does not count the grants of a user, or all: limit its memory (maxmemory) instead"

# ---- what relayrules grants says and does
relayrules grants list "$store" | sed 's/20[0-9-]*T[0-9:]*Z/TIME/' > listed
{
  printf '192.0.2.%s\n' '21	expired	TIME	joe	pop3' '22	future	TIME	joe	pop3' '23	expired	TIME		'
  printf "192.0.2.%s	broken	'rr/192.0.2.%s' in '$name' is no record of a grant: delete it\n" 24 24 25 25
  printf '192.0.2.%s	valid	TIME	joe	pop3\n' 30 66 8
  printf '2001:db8::/64	valid	TIME	joe	pop3\n'
} | cmp - listed || fail "list: $(cat listed)"
expect 1 "*192.0.2.22: its login is yet to come*192.0.2.25: *" relayrules grants check "$store"
expect 0 "*valid    4*" relayrules grants stats "$store"
expect 0 "3 removed" relayrules grants purge "$store"
expect 0 "1 removed" relayrules grants revoke "$store" --ip 2001:db8::77
expect 0 "1 removed" relayrules grants revoke "$store" --ip 192.0.2.25
expect 0 "3 removed" relayrules grants revoke "$store" --user joe
expect 1 "0 removed" relayrules grants revoke "$store" --user joe
is "what is left" "$(redis keys '*')" rr/192.0.2.24
# what is in a prefix is no pattern; many keys
for n in {1..1500}; do printf 'set *[a]/10.1.%s.%s "%s 900 u%s pop3"\n' $((n / 250)) $((n % 250)) "$(date +%s)" $((n % 3)); done | redis > /dev/null
redis set xa/10.9.9.9 "$(date +%s)" > /dev/null
is "many" "$(relayrules grants list "$store&prefix=*[a]/" | grep -c valid)" 1500
expect 0 "500 removed" relayrules grants revoke "$store&prefix=*[a]/" --user u1

# ---- full: no new grant, and the old ones hold
grant 192.0.2.8
redis config set maxmemory 1 > /dev/null
[[ $(grant 192.0.2.9) == "relayrules-grant: not granted 192.0.2.9 to joe: '$name' says: OOM "* ]] || fail "full: $(grant 192.0.2.9)"
is "while it is full" "$(relay 192.0.2.8)$(relay 192.0.2.9)" yesno
redis config set maxmemory 0 > /dev/null

# ---- stopped: the time is short, for mail and for logins; it goes on
stop one STOP
store=$name
SECONDS=0
no_grant 192.0.2.8 "'$name' did not answer within 100 ms"
[ $SECONDS -le 10 ] || fail "two clients waited $SECONDS s for a server that is stopped"
said=$(relayrules-grant -g "$store" echo on 2>&1)
is "a login" "$said" "relayrules-grant: not granted 192.0.2.8 to joe: '$name' did not answer within 1000 ms"$'\n'on
expect 3 "relayrules: '$name' did not answer within 1000 ms" relayrules grants list "$store"
stop one CONT
store=$name?timeout=9000
is "it goes on" "$(relay 192.0.2.8)" yes

# ---- killed while it is asked: every client is let in, and is told at most once why he may not relay
for n in 1 2 3 4; do (for i in {1..40}; do relay 192.0.2.8; done > "asked.$n") & askers+=($!); done
soon "nobody asked" test -s asked.4
stop one KILL
wait "${askers[@]}"
[ "$(cat asked.? | grep -cE '^(yes|no)$')" = 160 ] || fail "a client was turned away"
grep -q '^no$' asked.? || fail "nobody asked when it was killed"
[ "$(cat asked.? | grep -c '^no$')" = "$(cat asked.? | grep -c '^relayrules-env: no grants: cannot ')" ] || fail "$(sort asked.? | uniq -c)"
no_grant 192.0.2.8 "cannot connect to '$name': Connection refused"

# ---- who may exchange the socket, and other machines
chmod 777 "$room/one"
no_grant 192.0.2.8 "'$room/one' can be written by others (mode 0777): chmod go-w '$room/one'"
store=redis://192.0.2.1:6379
no_grant 192.0.2.8 "the store's name: '192.0.2.1:6379' is no UNIX socket *"

# ---- a loopback address
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
serve loop --port "$port" --bind 127.0.0.1
name=redis://127.0.0.1:$port
store=$name?timeout=9000
is "by TCP" "$(relay 192.0.2.8)$(grant 192.0.2.8)$(relay 192.0.2.8)" noyes
stop loop STOP
store=$name
no_grant 192.0.2.8 "'$name' did not answer within 100 ms"
stop loop KILL
no_grant 192.0.2.8 "cannot connect to '$name': Connection refused"

# ---- a replica by TLS, and users who may do one thing each
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=redis.example -keyout key.pem -out cert.pem 2> /dev/null
tls=(--tls-cert-file "$PWD/cert.pem" --tls-key-file "$PWD/key.pem" --tls-ca-cert-file "$PWD/cert.pem")
# as relayrules-grant(8) has them, each with a password of his own
page_example relayrules-grant.8 EXAMPLES 8 | sed 's/^user \([a-z]*\) on >PASSWORD/user \1 on >\1pass/' > users
users() {
  mkdir -p "$room/$1"
  cp users "$room/$1/users"
  serve "$@" --aclfile "$room/$1/users"
}
master() {
  users master --tls-port "$port" --bind 127.0.0.1 "${tls[@]}" --repl-ping-replica-period 1
}
master
users replica --replicaof 127.0.0.1 "$port" --tls-replication yes "${tls[@]}" --masteruser copy --masterauth copypass --replica-serve-stale-data no \
  --repl-timeout 4
for name in pop smtp grants; do
  echo "${name}pass" > "$name.secret"
  chmod 600 "$name.secret"
done
to_master="redis:$room/master/socket?timeout=9000&user=pop&password-file=$PWD/pop.secret"
store="redis:$room/replica/socket?timeout=9000&user=smtp&password-file=$PWD/smtp.secret"
says() { printf "'redis:%s/%s/socket' says: %s" "$room" "$1" "$2"; }
granted() { [ "$(relay 192.0.2.8)" = yes ]; }
is_synchronised() { [ "$(relay 192.0.2.8)" = no ]; }
soon "the replica is not synchronised" is_synchronised
is "a login at the master" "$(store=$to_master grant 192.0.2.8)" ""
soon "the grant does not come to the replica" granted
[[ $(grant 192.0.2.9) == *": $(says replica "NOPERM ")"* ]] || fail "smtp may write: $(grant 192.0.2.9)"
[[ $(store="redis:$room/replica/socket?user=pop&password-file=$PWD/pop.secret" grant 192.0.2.9) == *": $(says replica "READONLY ")"* ]] ||
  fail "a replica takes grants"
is "pop cannot read" "$(store=$to_master relay 192.0.2.8 | head -1 | grep -c "$(says master "NOPERM ")")" 1
expect 3 "relayrules: $(says master "NOPERM ")*" relayrules grants list "$to_master"
to_all="redis:$room/master/socket?user=grants&password-file=$PWD/grants.secret"
expect 0 "192.0.2.8	valid	*" relayrules grants list "$to_all"
expect 0 "0 removed" relayrules grants purge "$to_all"
store=$to_master grant 192.0.2.9
expect 0 "1 removed" relayrules grants revoke "$to_all" --ip 192.0.2.9
store=$to_master grant 192.0.2.9 --user ann
expect 0 "1 removed" relayrules grants revoke "$to_all" --user ann
store=redis:$room/replica/socket?timeout=9000 no_grant 192.0.2.8 "$(says replica "NOAUTH ")* (name them: user=, password-file=)"
store="redis:$room/replica/socket?timeout=9000&user=smtp&password-file=$PWD/pop.secret" no_grant 192.0.2.8 "$(says replica "WRONGPASS ")*"
chmod 644 smtp.secret
no_grant 192.0.2.8 "'$PWD/smtp.secret' holds a password, and others can read or write it: *"
chmod 600 smtp.secret
# the master is stopped, then killed: the replica does not speak for it, and comes back
is_down() { [[ $(relay 192.0.2.8) == "relayrules-env: no grants: $(says replica "MASTERDOWN ")"* ]]; }
stop master STOP
soon "a replica whose master is stopped speaks for it" is_down
no_grant 192.0.2.8 "$(says replica "MASTERDOWN ")*"
stop master CONT
soon "the replica does not come back" granted
stop master KILL
soon "a replica whose master was killed speaks for it" is_down
master
login_again() { store=$to_master grant 192.0.2.8 > /dev/null && granted; }
soon "no grant after a new master" login_again
