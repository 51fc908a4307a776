#!/bin/bash
# The move from inetd and tcpd to tcpserver in relayrules-integration(7), done with the commands of the page as it is shown: the real
# tcpdmatch says how clients fared before, the real tcpserver on loopback how they fare afterwards.
source "$SOURCE/tests/end_to_end/begin.bash"
needs mandoc tcpserver tcpdmatch python3
page=relayrules-integration.7
section="FROM INETD AND TCPD TO TCPSERVER"

# the page's files and commands, in folders of this test, and with the office on the loopback
mkdir etc
here() { sed "s|/etc\b|$PWD/etc|g"; }
on_loopback() { sed 's/127\. /127.0.0. /; s/^127\.:/127.0.0.:/; s/192\.168\.1\./127.168.1./'; }
page_example $page "$section" 1 > etc/inetd.conf
page_example $page "$section" 2 | on_loopback > etc/hosts.allow
printf 'ALL : 127.9.0.1\n' > etc/hosts.deny
page_example $page "$section" 3 | here > commands
sh -e commands > said || fail "the commands of the page: $(cat said)"
[ "$(cat said)" = "the same decision for every client" ] || fail "not the same: $(cat said)"
page_example $page "$section" 4 | on_loopback > expected
grep -vx '127.9.0.1:deny' etc/tcprules/tcp.smtp | diff expected - || fail "other rules than the page shows"
cp etc/tcprules/tcp.smtp.cdb first.cdb
page_example $page "$section" 5 > again
(cd etc/tcprules && sh -e ../../again) > said 2>&1 || fail "compiled again: $(cat said)"
relayrules diff first.cdb etc/tcprules/tcp.smtp.cdb > /dev/null || fail "compiled again, it decides otherwise"

# ---- the example of relayrules-rules(5)
page_example relayrules-rules.5 "THE FORMAT HOSTS_ACCESS" 2 > hosts.allow
relayrules compile hosts.allow --daemon tcp-env -o example.cdb
page_example relayrules-rules.5 "THE FORMAT HOSTS_ACCESS" 3 | sort | diff - <(relayrules dump example.cdb | sort) ||
  fail "the example of relayrules-rules(5)"

# ---- before: "granted" or "denied", by tcpd's own test program; it does not say what is set
before() { (cd etc && tcpdmatch -d -i inetd.conf tcp-env "$1") | sed -n 's/^access: *//p'; }

# ---- after: the page's tcpserver, on a free port of loopback, in front of a program that says what it was given
cat > smtpd << 'END'
#!/bin/sh
echo "granted${RELAYCLIENT+ relay}"
END
chmod +x smtpd
page_example $page "$section" 6 | here | sed "s|/var/qmail/bin/qmail-smtpd|$PWD/smtpd|; s|-u .* 0 smtp|-1 127.0.0.1 0|" > start
grep -q -- '-1 127.0.0.1 0' start || fail "another command: $(cat start)"
timeout 20 sh -c "exec $(cat start)" > port 2> log &
server=$!
trap 'kill $server 2> /dev/null' EXIT
for _ in $(seq 50); do [ -s port ] || sleep 0.1; done
after() {
  python3 - "$1" "$(cat port)" << 'END'
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[2])), 5, (sys.argv[1], 0))
try:
    print(connection.makefile().read().strip() or "denied")
except ConnectionResetError:
    print("denied")
END
}

while read -r address fares; do
  [ "$(after "$address")" = "$fares" ] || fail "$address: $(after "$address") by tcpserver, not $fares: $(cat log)"
  [ "$(before "$address")" = "${fares% relay}" ] || fail "$address: $(before "$address") by tcpd, and now $fares"
done << 'END'
127.0.0.1 granted relay
127.168.1.7 granted relay
127.168.1.66 denied
127.9.0.1 denied
127.9.0.2 granted
END
