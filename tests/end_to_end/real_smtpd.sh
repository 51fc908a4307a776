#!/bin/bash
# What becomes of a mail is what the real smtpd of Postfix makes of it: random clients, senders and recipients, written oddly, against main.cf texts
# with tables. The packages are unpacked into the build folder; postfix_smtpd.py runs what of them is needed, on loopback.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3
unpacks_postfix
python3 "$SOURCE/tests/end_to_end/postfix_smtpd.py" "$BUILD/real/postfix" "$BUILD/real/postfix-pcre" "$TOOLS/relayrules" ||
  fail "smtpd decides otherwise"
