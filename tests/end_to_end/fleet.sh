#!/bin/bash
# The files of examples/fleet: two hosts, each a folder of its own (chroot), fetch signed rules from a web server by HTTPS and compile them. What is
# broken, forged, old or wider never replaces what is good, and relayrules status says what was wrong.
source "$SOURCE/tests/end_to_end/begin.bash"
needs curl minisign openssl unshare flock setpriv systemd-analyze
unpacks nginx
[ "$(id -u)" = 0 ] || skip "only root can make hosts of folders"
unshare -m true 2> /dev/null || skip "unshare -m is not permitted here"
fleet=$SOURCE/examples/fleet

# ---- the web server, with a certificate by a root that only the hosts know
mkdir published nginx
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.pem -days 2 -subj /CN=rules.test \
  -addext subjectAltName=IP:127.0.0.1 2> openssl.log || fail "no certificate: $(cat openssl.log)"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > nginx.conf << END
daemon off; pid $PWD/nginx/pid; error_log $PWD/nginx/error; worker_processes 1; events {}
http {
  access_log $PWD/nginx/access; client_body_temp_path $PWD/nginx/a; proxy_temp_path $PWD/nginx/b; fastcgi_temp_path $PWD/nginx/c;
  uwsgi_temp_path $PWD/nginx/d; scgi_temp_path $PWD/nginx/e;
  server { listen 127.0.0.1:$port ssl; ssl_certificate $PWD/tls.pem; ssl_certificate_key $PWD/tls.key; root $PWD/published; }
}
END
chmod 755 . published
serve() {
  "$BUILD/real/nginx/usr/sbin/nginx" -c "$PWD/nginx.conf" -e "$PWD/nginx/error" -g 'user root;' &
  server=$!
  for _ in {1..100}; do
    if curl -s --cacert tls.pem "https://127.0.0.1:$port/" > curl.log; then return; fi
    sleep 0.05
  done
  fail "nginx does not serve: $(cat nginx/error)"
}
stop() {
  kill "$server"
  wait "$server" || true
}
trap 'kill $server 2> /dev/null' EXIT
serve

# ---- two hosts: the system's programs, a folder for /etc and /var of their own, and the programs under test
programs=(relayrules relayrules-env tcprulescheck)
# in memory where there is room: a disk would be waited for at each step
memory=$(mktemp -d /dev/shm/relayrules.XXXXXX 2> memory.log || mktemp -d)
trap 'kill $server 2> /dev/null; rm -rf "$memory"' EXIT
for host in one two; do
  mkdir "$memory/$host"
  ln -s "$memory/$host" $host
  mkdir -p $host/{usr,etc/relayrules,var/lib,dev,proc,tmp,opt}
  for link in bin sbin lib lib64; do
    if [ -L /$link ]; then cp -P /$link $host/; fi
  done
  for program in "${programs[@]}"; do cp "$TOOLS/$program" $host/opt/; done
  cp "$fleet/relayrules-update" $host/opt/
  cp tls.pem $host/etc/relayrules/ca.pem
  sed "s#^URL=.*#URL=https://127.0.0.1:$port/tcp.smtp#; s#^CA=.*#CA=/etc/relayrules/ca.pem#" "$fleet/fleet.conf" > $host/etc/relayrules/fleet.conf
  mkdir $host/var/lib/relayrules
done
cat > enter << 'END'
set -e
mount --bind -o ro /usr "$1/usr"
mount --bind /dev "$1/dev"
mount --rbind /proc "$1/proc"
exec chroot "$@"
END
# on HOST COMMAND...
on() { PATH=/opt:/usr/sbin:/usr/bin:/sbin:/bin unshare -m sh enter "$@"; }
db=/var/lib/relayrules/tcp.smtp.cdb
# as the unit does, without any capability
update() { on "$1" setpriv --inh-caps=-all --bounding-set=-all relayrules-update /etc/relayrules/fleet.conf; }
state() { on "$1" relayrules status $db --max-age 1h --format nagios; }

minisign -G -W -p minisign.pub -s minisign.key > minisign.log
minisign -G -W -p other.pub -s other.key > minisign.log
cp minisign.pub one/etc/relayrules/
cp minisign.pub two/etc/relayrules/
rules() { printf '127.:allow,RELAYCLIENT=""\n%s\n:allow\n' "$1" > tcp.smtp; }
publish() { PATH=$TOOLS:$PATH sh "$fleet/relayrules-publish" tcp.smtp "$1" published "${@:2}" > publish.log 2>&1 || fail "relayrules-publish: $(cat publish.log)"; }
# sign COMMENT [KEY]: past relayrules-publish, as an attacker or a mistake would
sign() {
  cp tcp.smtp published/tcp.smtp
  minisign -S -s "${2:-minisign.key}" -t "$1" -m published/tcp.smtp -x published/tcp.smtp.minisig > minisign.log
}
good() {
  relayrules compile -q tcp.smtp -o good.cdb
  for host in one two; do
    update $host > log 2>&1 || fail "serial $1, $host: $(cat log)"
    cmp good.cdb $host$db || fail "serial $1, $host: another database"
    expect 0 "RELAYRULES OK - *serial $1 | *" state $host
    [ "$(ls -A $host/var/lib/relayrules)" = $'tcp.smtp.cdb\ntcp.smtp.cdb.origin\nupdate' ] || fail "serial $1, $host: $(ls -A $host/var/lib/relayrules)"
  done
}
# stays SERIAL PATTERN: on both hosts (or $hosts) nothing is replaced, and status says why
stays() {
  local host
  for host in ${hosts:-one two}; do
    expect 1 "relayrules-update: $2" update $host
    cmp good.cdb $host$db || fail "$2, $host: the database was replaced"
    expect 1 "RELAYRULES WARNING - the last update failed: $2; public*; serial $1 | *" state $host
  done
}

expect 1 "relayrules-update: https://127.0.0.1:$port/tcp.smtp.minisig: curl: (22)*404*" update one
expect 2 "RELAYRULES CRITICAL - cannot open '$db': No such file or directory; the last update failed: *404*" state one

# ---- good rules, the same again, newer ones; a database that was lost, and one that somebody put in its place
rules 10.9.8.7:deny
publish 1 2999-12-31T00:00:00Z
good 1
[ "$(on one env TCPREMOTEIP=10.9.8.7 relayrules-env --dry-run -x $db | head -1)" = "10.9.8.7: deny" ] || fail "the rules are not in use"
touch -d '2 hours ago' one$db
expect 1 "RELAYRULES WARNING - it is 2 h old*" state one
good 1
[ "$(grep -c '"GET /tcp.smtp HTTP/[0-9.]*" 200' nginx/access)" = 2 ] || fail "what is unchanged was sent again: $(cat nginx/access)"
cp -r published first
cp good.cdb first.cdb
rules 10.9.8.8:deny
publish 2
good 2
rm one$db
cp first.cdb two$db
good 2

# ---- what is broken, forged, swapped, old, over or wider
rules '10.9.8.9:denny'
sign "tcp.smtp serial 3"
stays 2 "tcp.smtp, serial 3: tcp.smtp:2:*error: *"
rules 10.9.8.9:deny
cp tcp.smtp published/tcp.smtp
stays 2 "tcp.smtp: its signature is wrong: *"
sign "tcp.smtp serial 3" other.key
stays 2 "tcp.smtp: its signature is wrong: *"
echo nonsense > published/tcp.smtp.minisig
stays 2 "tcp.smtp: its signature is wrong: *"
rm published/tcp.smtp.minisig
stays 2 "https://127.0.0.1:$port/tcp.smtp.minisig: curl: (22)*404*"
for comment in "tcp.pop3 serial 3" "tcp.smtp" "tcp.smtp serial" "tcp.smtp serial 3 4" "tcp.smtp serial 3 not-after" "timestamp:1 file:tcp.smtp" "*"; do
  sign "$comment"
  hosts=one stays 2 "tcp.smtp: it is signed as '${comment/\*/\\*}', not as 'tcp.smtp serial N'"
done
sign "tcp.smtp serial 3x"
stays 2 "tcp.smtp, serial 3x: relayrules: *no number*"
cp first/* published/
stays 2 "tcp.smtp, serial 1: relayrules: '$db' was not written: serial 1 is older than 2, which it has"
sign "tcp.smtp serial 2"
stays 2 "tcp.smtp, serial 2: relayrules: '$db' was not written: it has serial 2, of other rules"
sign "tcp.smtp serial 3 not-after 2001-01-01T00:00:00Z"
stays 2 "tcp.smtp, serial 3: relayrules: '$db' was not written: the rules were to be used until 2001-01-01T00:00:00Z"
rules '10.:allow,RELAYCLIENT=""'
publish 3
stays 2 "tcp.smtp, serial 3: relay-gained: clients that may now send to any domain"
head -c 20 published/tcp.smtp > cut && cp cut published/tcp.smtp
stays 2 "tcp.smtp: its signature is wrong: *"

# ---- no server, one that nobody vouches for, and none that answers
stop
stays 2 "https://127.0.0.1:$port/tcp.smtp.minisig: curl: (7)*"
cp tls.pem was.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.pem -days 2 -subj /CN=other.test -addext subjectAltName=IP:127.0.0.1 2> openssl.log
rules 10.9.8.10:deny
publish 4
serve
stays 2 "https://127.0.0.1:$port/tcp.smtp.minisig: curl: (60)*"
cp tls.pem one/etc/relayrules/ca.pem
cp tls.pem two/etc/relayrules/ca.pem

# ---- all is well again; wider rules that somebody looked at; an update that is killed, and two at a time
good 4
rules '10.:allow,RELAYCLIENT=""'
publish 5
sed -i 's/^WIDER=.*/WIDER=yes/' one/etc/relayrules/fleet.conf two/etc/relayrules/fleet.conf
good 5
rules 10.9.8.11:deny
publish 6
for delay in 0.02 0.06 0.1 0.15 0.2; do
  { timeout -s KILL $delay unshare -m sh enter one env PATH=/opt:/usr/sbin:/usr/bin relayrules-update /etc/relayrules/fleet.conf; } > killed.log 2>&1 || true
  cmp -s one$db good.cdb || on one relayrules lookup $db --ip 10.9.8.11 > looked || fail "half a database"
done
update one > first.log 2>&1 &
update one > second.log 2>&1 || fail "the second of two: $(cat second.log)"
wait $! || fail "the first of two: $(cat first.log)"
good 6

# ---- the units
for unit in relayrules-update.service relayrules-update.timer; do
  sed "s#/usr/local/sbin/relayrules-update#$fleet/relayrules-update#" "$fleet/$unit" > $unit
done
systemd-analyze verify --man=no ./relayrules-update.service ./relayrules-update.timer > verify.log 2>&1 || fail "$(cat verify.log)"
if grep relayrules-update verify.log; then fail "the units are not in order"; fi
echo "all good"
