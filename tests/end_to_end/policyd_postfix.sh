#!/bin/bash
# The real smtpd of Postfix asks relayrules-policyd about every recipient: its replies are those that the rules and qmail's domains make.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3
unpacks_postfix
python3 "$SOURCE/tests/end_to_end/policyd_postfix.py" "$BUILD/real/postfix" "$BUILD/real/postfix-pcre" "$TOOLS/relayrules" ||
  fail "Postfix and relayrules-policyd together decide otherwise"
