#!/bin/bash
# Dovecot, unmodified, writes grants to Redis: doveadm, and its plugin last_login at a real login by POP3. The server lets it do no more than that,
# and relayrules-env no more than to read.
source "$SOURCE/tests/end_to_end/begin.bash"
source "$SOURCE/tests/end_to_end/redis.bash"

needs python3
unpacks dovecot-core dovecot-pop3d
real=$BUILD/real
serve one
redis() { redis-cli -s "$room/one/socket" "$@"; }
redis acl setuser smtp on '>secret' '~rr/*' -@all +get > /dev/null
redis acl setuser default resetkeys '~rr/*' -@all +multi +set +expire +exec > /dev/null
[[ $(redis get rr/192.0.2.8) == *NOPERM* ]] || fail "the server lets everybody read"
echo secret > smtp.secret
chmod 600 smtp.secret
: | tcprules rules.cdb rules.tmp
relay() {
  # shellcheck disable=SC2016  # the inner shell expands it
  env TCPREMOTEIP="$1" relayrules-env --grants "redis:$room/one/socket?timeout=9000&user=smtp&password-file=$PWD/smtp.secret" "${@:2}" -x rules.cdb \
    sh -c 'echo "${RELAYCLIENT-no}${RELAYCLIENT+yes}"' 2>&1
}
dict=redis:path=$room/one/socket:prefix=rr/:expire_secs=900

# ---- doveadm; that of Dovecot 2.3.19 crashes once the server has answered
doveadm_set() {
  env DOVECONF_ENV=1 LOG_PATH=/dev/stderr LD_LIBRARY_PATH="$real/dovecot-core/usr/lib/dovecot" "$real/dovecot-core/usr/bin/doveadm" dict set "$@" \
    > doveadm.log 2>&1 || true
}
[ "$(relay 192.0.2.8)" = no ] || fail "before: $(relay 192.0.2.8)"
doveadm_set "$dict" shared/192.0.2.8 "$(date +%s)"
doveadm_set "$dict" shared/2001:db8::8 "$(($(date +%s) - 901))"
[ "$(relay 192.0.2.8)" = yes ] || fail "doveadm's grant is none: $(relay 192.0.2.8; cat doveadm.log)"
[ "$(relay 2001:db8::8)$(relay 2001:db8::8 --grant-seconds 1800)" = noyes ] || fail "doveadm's grant of an IPv6 address: $(relay 2001:db8::8)"

# ---- a login by POP3
mkdir -m 777 "$room/home" "$room/dovecot"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > dovecot.conf << EOF
$(dovecot_settings "$room/dovecot" "$room/home" 65534)
protocols = pop3
default_internal_user = daemon
default_internal_group = daemon
default_login_user = nobody
login_trusted_networks = 127.0.0.1
first_valid_uid = 1
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = $port
  }
  inet_listener pop3s {
    port = 0
  }
}
$(page_example relayrules-grant.8 EXAMPLES 7 | sed "s|/run/redis/redis.sock|$room/one/socket|")
EOF
# its files where it looks for them, for it alone
cat > start << EOF
mount -t overlay overlay -o "lowerdir=$real/dovecot-core/usr:$real/dovecot-pop3d/usr:/usr" /usr || exit 77
exec dovecot -F -c "$PWD/dovecot.conf"
EOF
# log_in CLIENT PASSWORD: as a proxy that is trusted says who the client is
log_in() {
  exec 3<> "/dev/tcp/127.0.0.1/$port"
  local line
  read -r line <&3
  for line in "XCLIENT ADDR=$1" "USER joe" "PASS $2"; do
    printf '%s\r\n' "$line" >&3
    read -r line <&3
  done
  exec 3>&-
  echo "$line"
}
is_listening() { (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || ! kill -0 "${pids[dovecot]}" 2> /dev/null; }
unshare -m bash start > dovecot.log 2>&1 &
pids[dovecot]=$!
soon "Dovecot does not listen: see dovecot.log" is_listening
if ! kill -0 "${pids[dovecot]}" 2> /dev/null; then
  wait "${pids[dovecot]}" && fail "Dovecot ended"
  unset 'pids[dovecot]'
  grep -qE '^(mount|unshare):' dovecot.log || fail "Dovecot ended: $(cat dovecot.log)"
  echo "NOT TESTED: a login at Dovecot ($(tail -1 dovecot.log))"
  exit
fi
[[ $(log_in 192.0.2.9 wrong) == "-ERR"* && $(relay 192.0.2.9) = no ]] || fail "a wrong password: $(relay 192.0.2.9)"
[[ $(log_in 192.0.2.9 secret) == "+OK Logged in."* ]] || fail "no login: $(cat dovecot.log)"
soon "Dovecot's grant is none" eval '[ "$(relay 192.0.2.9)" = yes ]'
[ "$(relay 192.0.2.10)" = no ] || fail "another client: $(relay 192.0.2.10)"
kill "${pids[dovecot]}"
wait "${pids[dovecot]}" || true
unset 'pids[dovecot]'
