#!/bin/bash
# relayrules audit as a user calls it: on rules, on lists of destinations, on a control folder, with grants, and with bad input.
source "$SOURCE/tests/end_to_end/begin.bash"

printf '127.:allow,RELAYCLIENT=""\n192.168.7.:allow,RELAYCLIENT=""\n:allow\n' > tcp.smtp
printf '# ours\nexample.org\n.example.org\n' > rcpthosts

# ---- the whole answer for the usual server
relayrules audit tcp.smtp rcpthosts > said
cat > wanted << 'END'
                 to our domains     to the outside
    our clients  accepted           accepted (127.0.0.0/8, 192.168.7.0/24: 16,777,472 addresses)
    outside      accepted           REFUSED
    verdict: not an open relay

our clients
  may relay: 127.0.0.0/8, 192.168.7.0/24
    16,777,472 addresses, by tcp.smtp:1, tcp.smtp:2
    127.0.0.1 to user@example.org: accepted; to user@outside.example: accepted

outside
  let in: all but 127.0.0.0/8, 192.168.7.0/24
    4,278,189,824 IPv4 addresses and all of IPv6, by tcp.smtp:3
    1.0.0.1 to user@example.org: accepted; to user@outside.example: refused

relay surface
  127.0.0.0/8          loopback
  192.168.7.0/24       private
  public addresses: 0 IPv4, 0 IPv6
  nobody by name or ident

destinations
  2 listed domains
END
diff wanted said || fail "the usual server"

# ---- a database says the same, with keys for lines
relayrules compile -q tcp.smtp -o tcp.cdb
expect 0 "*not an open relay*by tcp.cdb, key '127.', tcp.cdb, key '192.168.7.'*" relayrules audit tcp.cdb rcpthosts

# ---- destinations
expect 0 "*not an open relay*no rcpthosts was given*" relayrules audit tcp.smtp
expect 1 "*OPEN RELAY*there is no rcpthosts*" relayrules audit tcp.smtp --no-rcpthosts
expect 2 "relayrules: --no-rcpthosts, and yet there is a list of destinations" relayrules audit tcp.smtp rcpthosts --no-rcpthosts
expect 0 "*no client rules were given*" relayrules audit rcpthosts
mkdir control
echo mx.example.org > control/me
expect 1 "*OPEN RELAY*there is no rcpthosts*" relayrules audit tcp.smtp control
cp rcpthosts control/
expect 0 "*not an open relay*" relayrules audit tcp.smtp control
printf 'extra.example\n' > control/morercpthosts
expect 0 "*note: morercpthosts is taken as if qmail-newmrh had been run; qmail reads only morercpthosts.cdb, which is \
not there*" relayrules audit tcp.smtp control
printf '.com\n' > control/percenthack
expect 0 "*not an open relay*" relayrules audit tcp.smtp control
printf 'example.org\n' > control/percenthack
expect 1 "*OPEN RELAY*percenthack has a domain*example.org (control/percenthack:1): user%other@example.org is sent to user@other*" \
  relayrules audit tcp.smtp control
mkdir empty
expect 3 "*cannot use 'empty': it has neither 'me' nor 'rcpthosts'*" relayrules audit empty
printf 'example.org\n.com\n.co.jp\n' > tlds.rcpthosts
expect 1 "*ACCEPTED IN PART*.com (tlds.rcpthosts:2): a top-level domain*.co.jp (tlds.rcpthosts:3): a public suffix*" \
  relayrules audit tcp.smtp tlds.rcpthosts

# ---- whose clients
expect 0 "*not an open relay*" relayrules audit tcp.smtp rcpthosts --local "192.168.7.0/24, 2001:db8::/32"
expect 1 "*OPEN RELAY*--local does not name*" relayrules audit tcp.smtp rcpthosts --local 192.168.8.
expect 2 "relayrules: --local: '10.0.0.0/33' is no network; write for instance 192.168.0.0/16*" \
  relayrules audit tcp.smtp --local 10.0.0.0/33
printf '=.partner.example:allow,RELAYCLIENT=""\n:allow\n' > names.smtp
expect 0 "*clients =.partner.example*note: it is not checked*clients =.partner.example (names.smtp:1)*" relayrules audit names.smtp rcpthosts

# ---- conditions
mkdir grants
touch grants/192.0.2.7 grants/.tmp grants/readme
touch -d '1 hour ago' grants/192.0.2.8
expect 0 "*REFUSED (accepted after SMTP AUTH, and for 1 client with a grant)*192.0.2.7 *for a time*192.0.2.8 *expired*" \
  relayrules audit tcp.smtp rcpthosts --auth --grants grants
expect 0 "*for 2 clients with a grant*" relayrules audit tcp.smtp rcpthosts --grants grants --grant-seconds 7200
rm -r grants
mkdir grants
touch grants/::ffff:192.0.2.7
expect 0 "*for 1 client with a grant*grants: 1
  192.0.2.7 *" relayrules audit tcp.smtp rcpthosts --grants grants
expect 3 "relayrules: cannot read 'none': No such file or directory" relayrules audit tcp.smtp --grants none

# ---- forms
expect 0 "*forms of recipients*qmail-smtpd *postfix *sendmail*<user%outside.example@example.org> *accepted as local *refused *refused *" \
  relayrules audit tcp.smtp rcpthosts --forms
expect 1 "*<user%outside.example@example.org> *accepted for outside*" relayrules audit tcp.smtp control --reader qmail-smtpd
[[ $(relayrules audit tcp.smtp rcpthosts --reader postfix) != *sendmail* ]] || fail "a reader that was not asked for"

# ---- JSON
relayrules audit tcp.smtp rcpthosts --forms --auth --format json > said.json
for piece in '"verdict":"not an open relay","open":false,"reasons":[]' '"outside_to_outside":{"outcome":"refused"' \
  '"addresses":"16777472","rules":["tcp.smtp:1","tcp.smtp:2"]' '"public_ipv4":"0"' '"known":"listed"' '"auth":true,"grants":null' \
  '"qmail-smtpd":{"outcome":"accepted as local"'; do
  grep -qF -- "$piece" said.json || fail "the JSON has no $piece"
done

# ---- nothing is proved of half a file
printf '10.:allow\n192.168.1. deny\n' > bad.smtp
expect 3 "*line-without-colon*nothing can be proved of 'bad.smtp' until that is mended" relayrules audit bad.smtp
printf 'example.org\r\n' > crlf.rcpthosts
expect 3 "*carriage-return*nothing can be proved of 'crlf.rcpthosts'*" relayrules audit tcp.smtp crlf.rcpthosts
head -c 2050 tcp.cdb > cut.cdb
got=0
relayrules audit cut.cdb rcpthosts > /dev/null 2>&1 || got=$?
[ "$got" = 3 ] || fail "a damaged database: exit code $got"
expect 3 "relayrules: cannot open 'none': No such file or directory" relayrules audit none
echo "ok"
