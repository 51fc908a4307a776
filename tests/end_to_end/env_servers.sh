#!/bin/bash
# relayrules-env where it is meant to run: under tcpserver, tcpsvd, systemd-socket-activate and an inetd, with clients at 127.0.0.1 to 127.0.0.9.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3 strace /usr/bin/tcpserver /usr/bin/tcprulescheck tcpsvd systemd-socket-activate
unpacks ucspi-tcp-ipv6
python3 "$SOURCE/tests/end_to_end/env_servers.py" "$BUILD/real/ucspi-tcp-ipv6" || fail "see above"
