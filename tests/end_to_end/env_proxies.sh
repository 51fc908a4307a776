#!/bin/bash
# relayrules-env behind proxies that send the header of the PROXY protocol, haproxy among them.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3 haproxy /usr/bin/tcpserver
python3 "$SOURCE/tests/end_to_end/env_proxies.py" || fail "see above"
