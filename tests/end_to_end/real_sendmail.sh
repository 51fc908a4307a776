#!/bin/bash
# What becomes of a mail is what the real Sendmail makes of it: random clients, senders and recipients, written oddly, against random
# configurations, access maps and classes. The packages are unpacked into the build folder; sendmail_mails.py runs what of them is needed, on
# loopback.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3 m4
client=$BUILD/tests/sendmail_client.so
[ -e "$client" ] || fail "$client is missing: build all first"
unpacks sendmail-bin sendmail-cf
ldd "$BUILD/real/sendmail-bin/usr/libexec/sendmail/sendmail" | grep -q 'not found' &&
  skip "sendmail (package sendmail-bin) misses libraries"
python3 "$SOURCE/tests/end_to_end/sendmail_mails.py" "$BUILD/real/sendmail-bin" "$BUILD/real/sendmail-cf" "$client" "$TOOLS/relayrules" ||
  fail "Sendmail decides otherwise"
