#!/bin/bash
# relayrules-policyd, asked as Postfix asks: what it answers, hundreds of connections, clients that are slow or hostile, rules and domains that are
# replaced, signals, and sockets made, stale, taken or handed over. policyd_postfix.sh asks it through the real smtpd.
source "$SOURCE/tests/end_to_end/begin.bash"

needs python3 systemd-socket-activate
python3 "$SOURCE/tests/end_to_end/policyd.py" "$TOOLS" || fail "relayrules-policyd answers otherwise"

# ---- what it says of itself, and relayrules-policyd(8) of the same options
relayrules-policyd --help > help || fail "--help"
[[ $(relayrules-policyd --version) == "relayrules-policyd "[0-9]* ]] || fail "--version"
page=$SOURCE/man/relayrules-policyd.8
for option in $(grep -oE '^ +-[-a-z, 0-9]+' help | grep -oE -- '-[-a-z0-9]+'); do
  grep -qE "^\.It( .*)? Fl ${option#-}( |$)" "$page" || fail "relayrules-policyd(8) does not say what $option does"
done
expect 100 "*--rules is required*" relayrules-policyd --listen s
echo ':allow' | tcprules rules.cdb rules.tmp
expect 100 "relayrules-policyd: nobody handed over a socket; name one with --listen" relayrules-policyd -x rules.cdb
expect 100 "relayrules-policyd: --mode: not three octal digits" relayrules-policyd -x rules.cdb --listen s --mode 999
expect 111 "relayrules-policyd: cannot use 'none.cdb': No such file or directory" relayrules-policyd -x none.cdb --listen s
head -c 100 rules.cdb > short.cdb
expect 111 "relayrules-policyd: cannot use 'short.cdb': the file is damaged or no CDB" relayrules-policyd -x short.cdb --listen s
expect 111 "relayrules-policyd: cannot use 'none': No such file or directory" relayrules-policyd -x rules.cdb --control none --listen s
echo mail > file
expect 111 "relayrules-policyd: cannot listen at 'file': something else than a socket is there" relayrules-policyd -x rules.cdb --listen file
[ "$(cat file)" = mail ] || fail "a file was replaced by a socket"
expect 111 "relayrules-policyd: cannot listen at 'no/such': No such file or directory" relayrules-policyd -x rules.cdb --listen no/such
