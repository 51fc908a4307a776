#!/bin/bash
# Random rules: relayrules-env decides and hands on what the real tcpserver does with -x.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3 /usr/bin/tcpserver /usr/bin/tcprules
python3 "$SOURCE/tests/end_to_end/env_against_tcpserver.py" || fail "relayrules-env differs from tcpserver"
