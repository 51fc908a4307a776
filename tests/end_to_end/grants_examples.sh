#!/bin/bash
# The files of examples/grants with the real mailfront, checkpw and Dovecot: somebody logs in from 192.0.2.x, and that address has a grant with his
# name. All in a network and a mount table of their own, in which that address is one of the loopback.
source "$SOURCE/tests/end_to_end/begin.bash"
PATH=$PATH:/usr/sbin:/sbin
if [ -z "${INSIDE:-}" ]; then
  needs tcpserver pop3front-auth imapfront-auth cvm-pwfile unshare ip python3
  unpacks checkpw dovecot-core dovecot-imapd dovecot-pop3d
  [ "$(id -u)" = 0 ] || skip "only root can have users log in"
  unshare -mn true 2> /dev/null || skip "unshare is not permitted here"
  INSIDE=yes exec unshare -mn bash "$0"
fi
real=$BUILD/real
examples=$SOURCE/examples/grants
ip link set lo up
for last in 8 9 10 11 12; do ip address add 192.0.2.$last/32 dev lo; done
mount -t overlay overlay -o "lowerdir=$real/checkpw/usr:$real/dovecot-core/usr:$real/dovecot-imapd/usr:$real/dovecot-pop3d/usr:/usr" /usr ||
  skip "no overlay can be mounted here"
checkpw=$(find -H "$real/checkpw" -name checkpw -type f | head -1)
# in memory where there is room: a disk would be waited for at each login
room=$(mktemp -d /dev/shm/relayrules.XXXXXX 2> mktemp.log || mktemp -d /tmp/relayrules.XXXXXX)
chmod 755 "$room"
pids=()
trap 'kill "${pids[@]}" 2> /dev/null; rm -rf "$room"' EXIT

# ---- a user of the system, joe, and vmail, who owns the store
printf 'root:x:0:0::/root:/bin/sh\nvmail:x:64000:64000::%s:/bin/sh\njoe:x:64001:64001::%s/joe:/bin/sh\ndovecot:x:64002:64002::/:/bin/false\ndovenull:x:64003:64003::/:/bin/false\n' \
  "$room" "$room" > users
printf 'root:x:0:\nvmail:x:64000:\njoe:x:64001:\ndovecot:x:64002:\ndovenull:x:64003:\n' > groups
mount --bind users /etc/passwd
mount --bind groups /etc/group
install -d -o vmail -g vmail -m 755 "$room/grants"
mkdir -p "$room"/joe/Maildir/{cur,new,tmp} "$room/bin"
cp "$TOOLS"/relayrules-grant "$room/bin/"
PATH=$room/bin:$PATH

# grant_of IP: user and service
grant_of() { sed -n 's/^user //p; s/^service //p' "$room/grants/$1" 2> none | tr '\n' ' '; }
fitted() {
  sed "s# 0 \(110\|143\) # 127.0.0.1 $port #; s#cvm-vmailmgr#cvm-pwfile#; s#/run/grants#$room/grants#; s#/usr/local/lib/grant-login#$PWD/grant-login#" \
    "$examples/$1"
}
next_port() { port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'); }
# dialogue IP LINE...: connects from there, and sends each line when the one before was answered; prints the answers
dialogue() {
  python3 - "$port" "$@" << 'END'
import socket, sys, time
port, source, *lines = sys.argv[1:]
for _ in range(200):
    try:
        connection = socket.create_connection(("127.0.0.1", int(port)), timeout=20, source_address=(source, 0))
        break
    except ConnectionRefusedError:
        time.sleep(0.05)
answers = connection.makefile("rb")
print(answers.readline().decode(), end="")
try:
    for line in lines:
        connection.sendall(line.encode() + b"\r\n")
        answer = answers.readline()
        while answer.startswith(b"*"):
            answer = answers.readline()
        print(answer.decode(), end="")
except ConnectionError:
    print("closed")
END
}
# logs_in IP WANTED PATTERN LINE...: with a wrong PASSWORD in the lines nothing is granted, and with the right one this
logs_in() {
  local ip=$1 wanted=$2 pattern=$3
  shift 3
  dialogue "$ip" "${@/PASSWORD/wrong}" > said || fail "$wanted, wrong password: $(cat said ./*.log)"
  [ -z "$(grant_of "$ip")" ] || fail "$wanted: a wrong password is a login"
  dialogue "$ip" "${@/PASSWORD/secret}" > said || fail "$wanted: $(cat said ./*.log)"
  grep -q "$pattern" said || fail "$wanted: no mailbox behind the grant: $(cat said ./*.log)"
  for _ in {1..100}; do
    [ "$(grant_of "$ip")" != "$wanted" ] || return 0
    sleep 0.05
  done
  fail "granted to $ip: '$(grant_of "$ip")', not '$wanted'; $(cat ./*.log)"
}

# ---- mailfront
echo "joe:secret:64000:64000:Joe:$room/joe:/bin/sh" > passwords
chown -R vmail:vmail "$room/joe"
chmod 755 .
export CVM_PWFILE_PATH=$PWD/passwords
next_port
fitted mailfront-pop3/run > pop3.run
sh pop3.run > pop3.log &
pids+=($!)
logs_in 192.0.2.8 "joe pop3 " '+OK 0 0' "USER joe" "PASS PASSWORD" STAT
next_port
fitted mailfront-imap/run | sed "s#imapd Maildir#sh -c 'echo \"\$IMAPLOGINTAG OK logged in\"'#" > imap.run # Courier's imapd is not asked
sh imap.run > imap.log &
pids+=($!)
logs_in 192.0.2.9 "joe imap " '^1 OK logged in' "1 LOGIN joe PASSWORD"

# ---- checkpassword: checkpw, which becomes joe; before it what qmail-popup does, which Debian does not have
chown -R joe:joe "$room/joe"
(umask 077 && printf 'secret\n' > "$room/joe/Maildir/.password" && chown joe:joe "$room/joe/Maildir/.password")
chown vmail:vmail "$room/bin/relayrules-grant"
chmod 6755 "$room/bin/relayrules-grant"
cat > popup << 'END'
#!/bin/bash
printf '+OK\r\n'
while IFS=' ' read -r word value; do
  value=${value%$'\r'}
  case $word in
    USER*) user=$value && printf '+OK\r\n' ;;
    PASS*) break ;;
  esac
done
shift
printf '%s\0%s\0Y123\0' "$user" "$value" > /tmp/login.$$
exec 3< /tmp/login.$$
rm /tmp/login.$$
"$@" || printf -- '-ERR\r\n'
END
chmod 755 popup
next_port
fitted checkpassword/run | sed "s#qmail-popup#$PWD/popup#; s# checkpassword # $checkpw #; s#qmail-pop3d#pop3front-maildir#" > checkpassword.run
sh checkpassword.run > checkpassword.log &
pids+=($!)
logs_in 192.0.2.10 "joe pop3 " '+OK 0 0' "USER joe" "PASS PASSWORD" STAT
[ "$(stat -c %U "$room/grants/192.0.2.10")" = vmail ] || fail "a record of another than the store's owner"

# ---- Dovecot, after a login by IMAP and one by POP3
fitted dovecot/grant-login | sed "s#exec relayrules-grant#exec $TOOLS/relayrules-grant#" > grant-login
chmod 755 grant-login
next_port
imap=$port
next_port
pop3=$port
cat > dovecot.conf << END
$(dovecot_settings "$room/dovecot" "$room/joe" 64001)
protocols = imap pop3
service imap-login {
  chroot =
  inet_listener imap {
    port = $imap
  }
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = $pop3
  }
}
$(fitted dovecot/90-relayrules.conf)
END
dovecot -F -c "$PWD/dovecot.conf" 2> dovecot.log &
pids+=($!)
port=$imap
logs_in 192.0.2.11 "joe imap " '^2 OK' "1 LOGIN joe PASSWORD" "2 NOOP"
port=$pop3
logs_in 192.0.2.12 "joe pop3 " '+OK 0' "USER joe" "PASS PASSWORD" STAT
# whatever is wrong with the store: the login goes on
chmod 777 "$room/grants"
dialogue 192.0.2.12 "USER joe" "PASS secret" STAT > said
grep -q '+OK 0' said || fail "no login where no grant can be made: $(cat said dovecot.log)"
grep -q "not granted 192.0.2.12 to joe: '$room/grants' can be written by others" dovecot.log || fail "Dovecot does not log why: $(cat dovecot.log)"
echo "all good"
