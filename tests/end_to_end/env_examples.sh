#!/bin/bash
# The files of examples/relayrules-env under the programs they are for, and the ten lines of README that move a host from inetd, tcpd and tcp-env to
# relayrules-env. xinetd and inetd are unpacked, for their packages want to be the only one.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3 tcpserver tcpsvd tcpdmatch systemd-analyze
unpacks xinetd openbsd-inetd
python3 "$SOURCE/tests/end_to_end/env_examples.py" "$SOURCE" "$BUILD/real" || fail "see above"
