#!/bin/bash
# What relay testers try, on a real mail server (mailfront) behind the real tcpserver, tcpsvd, systemd-socket-activate, inetd, xinetd and haproxy: each
# reply is the one that `relayrules lookup` and `relayrules audit` foretold, or differs where mailfront is known to differ from qmail-smtpd.
source "$SOURCE/tests/end_to_end/begin.bash"

PATH=$PATH:/usr/sbin
needs python3 haproxy mailfront /usr/bin/tcpserver tcpsvd systemd-socket-activate
unpacks xinetd openbsd-inetd
python3 "$SOURCE/tests/end_to_end/relay_tests.py" "$BUILD/real" || fail "see above"
