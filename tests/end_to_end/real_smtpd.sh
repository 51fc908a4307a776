#!/bin/bash
# What becomes of a mail is what the real smtpd of Postfix makes of it: random clients, senders and recipients, written oddly, against main.cf texts
# with tables. The packages are unpacked into the build folder; postfix_smtpd.py runs what of them is needed, on loopback.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3
for package in postfix postfix-pcre; do
  unpacked=0
  sh "$SOURCE/tests/real/unpack.sh" "$package" "$BUILD/real/$package" || unpacked=$?
  [ "$unpacked" = 0 ] || exit "$unpacked"
done
LD_LIBRARY_PATH="$BUILD/real/postfix/usr/lib/postfix" ldd "$BUILD/real/postfix/usr/lib/postfix/sbin/smtpd" | grep -q 'not found' &&
  skip "smtpd (package postfix) misses libraries"
python3 "$SOURCE/tests/end_to_end/postfix_smtpd.py" "$BUILD/real/postfix" "$BUILD/real/postfix-pcre" "$TOOLS/relayrules" ||
  fail "smtpd decides otherwise"
