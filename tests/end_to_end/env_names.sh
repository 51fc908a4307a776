#!/bin/bash
# Names that relayrules-env looks up with --resolve: confirmed ones count, and no others, however the name server behaves.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3 unshare mount /usr/bin/tcprules
unshare --mount true || skip "no mount namespace of one's own may be made here"
unshare --mount python3 "$SOURCE/tests/end_to_end/env_names.py" || fail "see above"
