#!/bin/bash
# Rules are replaced while connections come in, under the real tcpserver with and without relayrules-env, and in relayrules-policyd: no client gets
# the answer of a file that is not in use, or of two.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3 /usr/bin/tcpserver
python3 "$SOURCE/tests/end_to_end/rules_in_traffic.py" || fail "see above"
