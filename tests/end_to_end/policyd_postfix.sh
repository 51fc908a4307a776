#!/bin/bash
# The real smtpd of Postfix asks relayrules-policyd about every recipient: its replies are those that the rules and qmail's domains make.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3
for package in postfix postfix-pcre; do
  unpacked=0
  sh "$SOURCE/tests/real/unpack.sh" "$package" "$BUILD/real/$package" || unpacked=$?
  [ "$unpacked" = 0 ] || exit "$unpacked"
done
LD_LIBRARY_PATH="$BUILD/real/postfix/usr/lib/postfix" ldd "$BUILD/real/postfix/usr/lib/postfix/sbin/smtpd" | grep -q 'not found' &&
  skip "smtpd (package postfix) misses libraries"
python3 "$SOURCE/tests/end_to_end/policyd_postfix.py" "$BUILD/real/postfix" "$BUILD/real/postfix-pcre" "$TOOLS/relayrules" ||
  fail "Postfix and relayrules-policyd together decide otherwise"
