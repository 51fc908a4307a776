#!/bin/bash
# A server is read whole or it is said what was not read: folders, halves of hosts.allow and hosts.deny, names that are slips, control
# folders without rcpthosts, and repairs judged by both halves and the real tcpdmatch.
source "$SOURCE/tests/end_to_end/begin.bash"

# server: a new folder with rules of two programs and a list.
server() {
  rm -rf server
  mkdir server
  printf 'tcp-env : ALL : setenv = RELAYCLIENT\n' > server/hosts.allow
  printf ':allow,RELAYCLIENT=""\n' > server/tcp.smtp
  printf 'example.org\n' > server/rcpthosts
}

# ---- a folder is read as the server reads it, or nothing is proved of it
server
expect 3 "relayrules: cannot use 'server': rules for two programs lie in it, 'hosts.allow' for libwrap and 'tcp.smtp' for tcpserver; \
say which is asked with --from hosts_access or --from tcprules, or name the files" relayrules audit server
expect 3 "*rules for two programs lie in it*" relayrules lookup server --ip 8.8.8.8
expect 3 "*rules for two programs lie in it*" relayrules diff server server
expect 3 "*rules for two programs lie in it*" relayrules search server --verdict relay
expect 3 "*rules for two programs lie in it*" relayrules audit server --daemon tcp-env
expect 1 "*OPEN RELAY*note: 'server/tcp.smtp' lies there and was not read*" \
  relayrules audit server --from hosts_access --daemon tcp-env
expect 1 "*OPEN RELAY*note: 'server/hosts.allow' lies there and was not read*" relayrules audit server --from tcprules
expect 1 "*OPEN RELAY*note: 'server/hosts.allow' lies there and was not read*" relayrules audit server/tcp.smtp server
expect 0 "8.8.8.8: allow, may send to any domain*" relayrules lookup server --from tcprules --ip 8.8.8.8
rm server/tcp.smtp
expect 1 "*OPEN RELAY*" relayrules audit server --daemon tcp-env
expect 3 "*say which one is meant, for instance with --daemon tcp-env" relayrules audit server
printf 'ALL : ALL\n' > server/hosts.allow
printf 'ALL : ALL\n' > server/hosts.deny
expect 0 "*not an open relay*" relayrules audit server
server
rm server/hosts.allow
expect 1 "*OPEN RELAY*" relayrules audit server
relayrules compile -q --no-check server/tcp.smtp -o server/tcp.smtp.cdb
printf ':allow\n' > server/tcp.smtp
expect 0 "*not an open relay*note: 'server/tcp.smtp.cdb' was not compiled from this text*" relayrules audit server
rm server/tcp.smtp
expect 1 "*OPEN RELAY*" relayrules audit server
rm server/tcp.smtp.cdb
printf ':allow\n' | tee server/tcp.pop3 > server/tcp.imap
expect 3 "*several rule files lie in it, 'tcp.imap', 'tcp.pop3'; name the one that the server reads" relayrules audit server
printf '10.:allow\n' > server/tcp.smtp
expect 0 "*note: 'server/tcp.imap' lies there and was not read*note: 'server/tcp.pop3' lies there*" relayrules audit server
expect 3 "*rules about clients lie in 'server', too; name the files" relayrules compile server server --dry-run
rm server/rcpthosts
printf 'example.org\n' > rcpthosts
printf ':allow\n' > tcp.smtp
expect 0 "*note: no client rules were given*note: 'tcp.smtp' lies there and was not read*" relayrules audit rcpthosts
expect 0 "*note: no client rules were given*note: './tcp.smtp' lies there and was not read*" relayrules audit ./rcpthosts
expect 0 "*note: 'rcpthosts' lies there and was not read*" relayrules audit tcp.smtp
mv rcpthosts rcphosts
expect 0 "*note: the name 'rcphosts' looks like a slip for 'rcpthosts'*" relayrules audit tcp.smtp
rm rcphosts
expect 3 "*cannot use 'empty': no rules about clients are in it" bash -c 'mkdir -p empty; relayrules lookup empty --ip 10.1.1.1'

# ---- one half of hosts.allow and hosts.deny proves nothing where the other lies beside it
mkdir etc
printf 'ALL : 10.\n' > etc/hosts.allow
printf 'ALL : ALL\n' > etc/hosts.deny
halves="'etc/hosts.deny' lies beside it, and the two are one list of rules; name both, or their folder"
for line in 'audit etc/hosts.allow' 'diff etc/hosts.allow etc' 'diff etc etc/hosts.allow' 'search etc/hosts.allow --verdict allow' \
  'map etc/hosts.allow' 'test --init etc/hosts.allow' 'replay etc/hosts.allow etc tcp.smtp'; do
  # shellcheck disable=SC2086
  expect 3 "relayrules: cannot prove anything of 'etc/hosts.allow': $halves" relayrules $line
done
printf 'rules hosts.allow\n10. allow\n' > etc/half.expect
expect 3 "*$halves*" relayrules test etc/half.expect
printf 'rules hosts.allow hosts.deny\n10. allow\nany no-relay\n11. deny\n' > etc/half.expect
expect 0 "*3 passed, 0 failed" relayrules test etc/half.expect
expect 3 "*cannot prove anything of 'etc/hosts.deny': 'etc/hosts.allow' lies beside it*" relayrules audit etc/hosts.deny
expect 0 "relayrules: etc/hosts.allow: 'etc/hosts.deny' lies beside it and is not considered
11.1.1.1: allow*" relayrules lookup etc/hosts.allow --ip 11.1.1.1
expect 0 "the same decision for every client" relayrules diff etc etc
mv etc/hosts.deny etc/denied
expect 0 "*note: there is no 'hosts.deny' beside it*" relayrules audit etc/hosts.allow
mv etc/denied etc/hosts.deny

# ---- whatever stands between them, they are checked as one list
printf 'ALL : 10.\n' > etc/hosts.allow.1
expect 0 "" relayrules check -q etc
expect 0 "" relayrules check -q etc/hosts.deny etc/hosts.allow
: > etc/hosts.deny
expect 1 "*neither hosts.allow nor hosts.deny refuses anybody else*" relayrules check etc/hosts.deny etc/hosts.allow.1 etc/hosts.allow

# ---- a repair is judged by both halves, as tcpdmatch does
# judged ALLOW DENY ADDRESS: before and after the repair tcpdmatch says $before and $after of the address, and relayrules says $said.
judged() {
  rm -rf pair
  mkdir pair
  printf '%s\n' "$1" > pair/hosts.allow
  printf '%s\n' "$2" > pair/hosts.deny
  real "$before" "$3"
  expect 1 "*$said*" relayrules check --diff pair
  expect "$left" "*$said*" relayrules check --fix pair
  real "$after" "$3"
}
real() {
  command -v tcpdmatch > /dev/null || return 0
  (cd pair && tcpdmatch -d smtpd "$2") > answer 2>&1 || true
  grep -qE "^access: +$1\$" answer || fail "tcpdmatch of $2: $(cat answer), not $1"
}
command -v tcpdmatch > /dev/null || echo "NOT TESTED: tcpdmatch is not installed"
left=0 before=denied after=granted said='clients at 16,777,216 addresses are now let in (pair/hosts.allow:1)' judged 'ALL: 10.0.0.1/8' 'ALL: ALL' 10.5.5.5
left=1 before=granted after=granted said='the decision is the same for every client' judged 'ALL: 192.168.' 'ALL: 192.168.0.1/16' 192.168.5.5
printf 'ALL: 192.168.0.1/16\n' > pair/hosts.deny
expect 1 "*pair/hosts.deny (repaired): clients at 65,536 addresses are now refused (pair/hosts.deny:1)
pair/hosts.deny (repaired): 'hosts.allow' is not considered" relayrules check --diff pair/hosts.deny
# a repair of the first half counts for the second
printf 'ALL: 192.168.0.1/16\n' | tee pair/hosts.allow > pair/hosts.deny
expect 1 "*pair/hosts.allow (repaired): the decision is the same for every client
*pair/hosts.deny (repaired): the decision is the same for every client" relayrules check --diff pair

# halves of two formats are no table
printf '# relayrules: extended\n:deny\n' > pair/hosts.deny
expect 1 "*pair/hosts.allow (repaired): 'hosts.deny' is not considered*" relayrules check --diff pair/hosts.allow pair/hosts.deny

# ---- a control folder without rcpthosts, and names that are slips of it
for name in rcphosts rcpthost rctphosts Rcpthosts rcpthosts.txt rcpthosts.bak rcpthosts~ rcpthots RCPTHOSTS; do
  rm -rf control
  mkdir control
  echo mx.example.org > control/me
  printf 'example.org\n' > "control/$name"
  slip="the name '$name' looks like a slip for 'rcpthosts', which is not here: under another name it is not read"
  expect 3 "*control/me:1:1: error: 'control' has no rcpthosts: qmail-smtpd takes mail for every domain from everybody *rcpthosts-missing*
*control/$name:1:1: warning: $slip *misnamed-file*relayrules: cannot check the folder 'control': no rule file is in it*" \
    bash -c 'relayrules check control 2> errors; code=$?; cat errors; exit $code'
  expect 1 "*OPEN RELAY*note: $slip*" relayrules audit control
  rm control/me
  expect 3 "*cannot use 'control': it has neither 'me' nor 'rcpthosts', and no rules about clients; $slip" relayrules audit control
  printf 'example.org\n' > control/rcpthosts
  expect 0 "" relayrules check -q control --select misnamed-file,rcpthosts-missing
done
rm -rf control
mkdir control
echo mx.example.org > control/me
expect 3 "*'control' has no rcpthosts*" relayrules check control
printf ':allow\n' > control/tcp.smtp
expect 1 "*'control' has no rcpthosts*1 error*" relayrules check control --select rcpthosts-missing
: > control/rcpthosts
expect 0 "" relayrules check -q control --select rcpthosts-missing
rm control/rcpthosts
echo relay.example.org > control/remotes
expect 0 "*" relayrules check -q control --fail-on error
for pair in "tcp.smpt tcp.smtp" "hosts.alow hosts.allow" "hosts.dney hosts.deny" "Hosts.Allow hosts.allow"; do
  rm -rf slips
  mkdir slips
  printf '10.:allow\n:deny\n' > slips/vpop.tcp.smtp
  printf 'ALL : 10.\n' > "slips/${pair% *}"
  expect 1 "*the name '${pair% *}' looks like a slip for '${pair#* }'*misnamed-file*" relayrules check slips
done
echo example.org > slips/rcphosts
expect 3 "*cannot tell the format of 'slips/rcphosts': *; is 'rcpthosts' meant[?]" relayrules check slips/rcphosts

# ---- what is delivered here and refused from outside
rm -rf control
mkdir control
printf 'mail.example.org\n' > control/me
printf 'example.org\n.example.net\n' > control/rcpthosts
printf '# ours\nlocalhost\nexample.org\nMail.Example.Org\nwww.example.net\n' > control/locals
printf 'list.example.org:lists\n.shop.example.net:shop\n.shop.example.com:shop\njoe@example.com:joe\nexample.edu:\n:alias\n' > control/virtualdomains
refused() { echo "warning: '$1' is delivered here, but rcpthosts does not list it: mail for it from outside is refused [[]locals-not-in-rcpthosts[]]"; }
expect 1 "control/locals:4:1: $(refused Mail.Example.Org)
control/virtualdomains:1:1: $(refused list.example.org)
control/virtualdomains:3:1: $(refused .shop.example.com)
control/virtualdomains:4:5: $(refused example.com)" relayrules check --select RR712 --format gcc control
expect 0 "*note: 'list.example.org' is delivered here, but rcpthosts does not list it*" relayrules audit control
expect 1 "*help: add 'list.example.org' to rcpthosts, or take it out of virtualdomains*" relayrules check control
printf '+16,0:list.example.org->\n+16,0:mail.example.org->\n+11,0:example.com->\n+17,0:.shop.example.com->\n\n' | cdb -c control/morercpthosts.cdb
expect 0 "" relayrules check -q --select RR712 --format gcc control
printf '# old\nMail.example.org\nother.example\n.example.net\n' > control/percenthack
expect 1 "control/percenthack:2:1: error: 'Mail.example.org' is in rcpthosts, too: strangers may send anywhere with 'user%other.domain@Mail.example.org' [[]percenthack[]]
control/percenthack:4:1: error: '.example.net' is in rcpthosts*" relayrules check --select RR713 --format gcc control
rm control/percenthack
rm control/rcpthosts
said=$(relayrules check -q control 2>&1) && fail "a control folder without rcpthosts"
[[ $said != *locals-not-in-rcpthosts* ]] || fail "without rcpthosts nothing is refused: $said"

# ---- no rule is about the daemon: everybody is let in
for name in qmail-smtpd smtp tcpenv tcp_env /var/qmail/bin/tcp-env; do
  printf '%s : 192.168.1. : setenv = RELAYCLIENT\n' "$name" > etc/hosts.allow
  nobody="no rule is about the daemon 'tcp-env': libwrap lets every client in"
  expect 1 "*warning: $nobody *no-rule-for-daemon*help: the rules are about '$name'*" relayrules check etc --daemon tcp-env
  expect 0 "*$nobody; the rules are about '$name'*8.8.8.8: allow
*" relayrules lookup etc --daemon tcp-env --ip 8.8.8.8
  expect 0 "*note: $nobody; the rules are about '$name'*" relayrules audit etc --daemon tcp-env
  expect 3 "relayrules: cannot use 'etc': $nobody; *" relayrules compile etc --daemon tcp-env -o new.cdb
done

# ---- what a server reads and cannot be read is a failure for every command
mkdir -p qm/rcpthosts
printf 'mx.example.org\n' > qm/me
expect 3 "*cannot read 'qm/rcpthosts': it is a folder*" relayrules audit qm
expect 3 "*cannot read 'qm/rcpthosts': it is a folder*" relayrules check qm
rmdir qm/rcpthosts
printf 'example.org\n' > qm/rcpthosts
printf 'no database' > qm/morercpthosts.cdb
expect 3 "*cannot read 'qm/morercpthosts.cdb': *" relayrules audit qm
expect 3 "*cannot read 'qm/morercpthosts.cdb': *" relayrules check qm

# ---- tables of expressions answer for one mail, and are conditions of what is said of all
rm -rf mx
mkdir mx
printf 'myhostname = mx.example.com\nmydestination = example.com\nmynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions =
  check_client_access pcre:/etc/postfix/c.pcre, permit_mynetworks, reject_unauth_destination\n' > mx/main.cf
printf '/^10\\.(\\d+)\\./ REJECT net $1\n/^192\\.0\\.2\\./ OK\n' > mx/c.pcre
expect 0 "10.1.2.3: mail to a@b.example is refused*554 5.7.1 <unknown\[10.1.2.3\]>: Client host rejected: net 1*mx/c.pcre:1*" \
  relayrules lookup mx --ip 10.1.2.3 --rcpt a@b.example
expect 0 "192.0.2.1: mail to a@b.example is accepted*mx/c.pcre:2*" relayrules lookup mx --ip 192.0.2.1 --rcpt a@b.example
expect 0 "*REFUSED (accepted if check_client_access pcre:/etc/postfix/c.pcre says so)*not an open relay*" relayrules audit mx
# texts side by side are two addresses to smtpd
for odd in '<a b@example.com>' '"a"b@example.com' '<a@exam ple.com>' '<"">'; do
  expect 0 "*is refused*501 5.1.3 Bad recipient address syntax*" relayrules lookup mx --ip 192.0.2.1 --rcpt "$odd"
done
# one that refuses only may refuse what is accepted and opens nothing, and neither hides what stands behind it
printf '/^10\\./ REJECT net\n/^11\\./ DUNNO\n' > mx/c.pcre
expect 0 "*accepted \* *
    outside      accepted \*         REFUSED
    \* unless check_client_access pcre:/etc/postfix/c.pcre says otherwise, which nobody can tell here
    verdict: not an open relay

*" relayrules audit mx
expect 0 '*"outside_to_ours":{"outcome":"accepted",*,"unless":\["check_client_access pcre:/etc/postfix/c.pcre"\]},"outside_to_outside":{*,"unless":\[\]}},*' \
  relayrules audit mx --format json
printf '/^(10)\\./ $1\n' > mx/c.pcre
expect 0 "*REFUSED (accepted if check_client_access pcre:/etc/postfix/c.pcre says so)*" relayrules audit mx
printf '/(a/ OK\n' > mx/c.pcre
expect 0 "*mx/c.pcre:1:1: error: '(a' is no expression, missing closing parenthesis: Postfix skips the line*" relayrules audit mx

# ---- what nobody can tell is no proof: neither that mail is refused, nor silently that it is taken
rm -rf mx
mkdir mx
printf 'myhostname = mx.example.com\nmydestination = example.com\nmynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions =
  permit_mynetworks, reject_rbl_client bl.example, check_recipient_access mysql:x, reject_unauth_destination\n' > mx/main.cf
printf 'rules mx program=postfix\n192.0.2.0/24 to=outside refused\n192.0.2.0/24 to=u@example.com accepted\n' > mx.expect
expect 0 "*REFUSED (accepted if check_recipient_access mysql:x says so)
    \* unless check_recipient_access mysql:x says otherwise, which nobody can tell here
    verdict: not an open relay, unless check_recipient_access mysql:x permits it, which nobody can tell here
*" relayrules audit mx
expect 1 "FAIL  mx.expect:2: 192.0.2.0/24 to=outside refused
      192.0.2.0 sends from <> to <user@outside.example>: accepted if check_recipient_access mysql:x says so
ok    mx.expect:3: 192.0.2.0/24 to=u@example.com accepted
      unless reject_rbl_client bl.example says otherwise, which nobody can tell here
      unless check_recipient_access mysql:x says otherwise, which nobody can tell here
1 passed, 1 failed" relayrules test mx.expect

# ---- what lookup could not try, and what it took where no file is
printf '/(((a{1,100}){1,100}){1,100}){1,100}/ OK\n' > mx/costly
printf 'myhostname = mx.example.com\nmynetworks = 10.0.0.0/8\ncompatibility_level = 3.6\nsmtpd_client_restrictions = check_client_access regexp:/etc/postfix/costly\n' > mx/main.cf
expect 0 "*unless check_client_access regexp:/etc/postfix/costly says otherwise*
  not tried  mx/costly:1: */ OK: its expression takes too long to try" relayrules lookup mx --ip 192.0.2.9
expect 0 '*"untried":\[{"rule":"mx/costly:1","reason":"its expression takes too long to try"}\]}' \
  relayrules lookup mx --ip 192.0.2.9 --format json
mkdir nothing
expect 0 "relayrules: nothing: there is no sendmail.mc: taken are the features of Debian's*
relayrules: nothing: none of Sendmail's files is there; looked for were sendmail.mc, access, relay-domains and local-host-names*
192.0.2.9: mail to a@b.example is refused*" relayrules lookup nothing --program sendmail --ip 192.0.2.9 --rcpt a@b.example

# ---- of a main.cf with which Postfix does not start nothing is proved; a client is told what it would see
printf 'myhostname = mx.example.com\nsmtpd_relay_restrictions = permit\n' > mx/main.cf
printf 'rules mx program=postfix\nany to=outside not-accepted\n' > mx.expect
for line in 'audit mx' 'audit mx --format json' 'diff mx mx' 'test mx.expect'; do
  expect 3 "*mx/main.cf:2:1: error: neither * smtpd does not start*relayrules: nothing can be proved of 'mx/main.cf' until that is mended*" \
    relayrules $line
done
expect 1 "*smtpd does not start*" relayrules check mx
expect 0 "*192.0.2.9: mail to a@b.example is deferred
  reply  421 smtpd does not start*" relayrules lookup mx --ip 192.0.2.9 --rcpt a@b.example

# ---- the interfaces tell what mynetworks_style makes of them, for each command that reads a whole server
printf 'myhostname = mx.example.com\nmydestination = example.com\nmynetworks_style = subnet\ncompatibility_level = 3.6\n' > mx/main.cf
expect 0 "192.0.2.9: mail to a@b.example is accepted*" \
  relayrules lookup mx --ip 192.0.2.9 --rcpt a@b.example --interfaces 192.0.2.1/24,127.0.0.1/8
expect 0 "192.0.2.9: mail to a@b.example is deferred*unless mynetworks_style = subnet*" relayrules lookup mx --ip 192.0.2.9 --rcpt a@b.example
others='any except 127.0.0.0/8 192.0.2.0/24 ::1/128 to=outside'
printf 'rules mx program=postfix\n192.0.2.0/24 to=outside accepted\n%s deferred\n%s not-accepted\n' "$others" "$others" > mx.expect
expect 0 "*3 passed, 0 failed" relayrules test mx.expect --interfaces "192.0.2.1/24 127.0.0.1/8 ::1/128"
expect 1 "*0 passed, 3 failed" relayrules test mx.expect
printf 'rules mx program=postfix\n%s refused\n' "$others" > mx.expect
expect 1 "*0 passed, 1 failed" relayrules test mx.expect --interfaces "192.0.2.1/24 127.0.0.1/8 ::1/128"
cp -r mx mx.new
printf 'mynetworks = 127.0.0.0/8\n' >> mx.new/main.cf
expect 1 "*192.0.2.0/24*" relayrules diff mx mx.new --interfaces 192.0.2.1/24,127.0.0.1/8
expect 2 "relayrules: --interfaces: 'nowhere' is no network; write for instance 192.168.0.0/16*" \
  relayrules lookup mx --ip 192.0.2.9 --interfaces nowhere
rm -rf mx.new

# ---- what is no record of Exchange's is not silence
rm -rf ex
mkdir ex
printf 'garbage\n' > ex/receive-connectors.json
for command in check audit; do
  expect 3 "relayrules: cannot use 'ex/receive-connectors.json': it is neither JSON nor CSV: there is no record in it*" \
    relayrules $command ex
done
printf '[]\n' > ex/receive-connectors.json
expect 0 "no findings in 1 file*" relayrules check ex
expect 3 "relayrules: cannot use 'ex': no receive connector is in it that is enabled" relayrules audit ex

# ---- connectors alone do not tell what is taken: whoever reaches one is let in, and what is our own is not known
printf '[{"Identity": "EX\\\\Default", "Enabled": true, "Bindings": ["0.0.0.0:25"], "RemoteIPRanges": ["0.0.0.0-255.255.255.255"],
  "AuthMechanism": "Tls, BasicAuth", "PermissionGroups": "AnonymousUsers, ExchangeUsers"}]\n' > ex/receive-connectors.json
expect 0 "*outside      in part            REFUSED (accepted after SMTP AUTH)
    verdict: not an open relay, as long as the accepted domains are your own domains only*
  let in: 0.0.0.0/0
*
  connection denied: ::/0
*no list of accepted domains was given: taken to have your own domains*" relayrules audit ex
expect 0 "*is unknown: the files do not tell what is taken*" relayrules lookup ex --ip 192.0.2.9 --rcpt a@b.example
printf '[{"DomainName": "ours.example"}]\n' > ex/accepted-domains.json
expect 0 "*outside      in part            REFUSED (accepted after SMTP AUTH)
    verdict: not an open relay
*
  1 listed domain*" relayrules audit ex

# ---- test says what lies there and was not read
rm -rf beside
mkdir beside
printf 'example.org\n' > beside/rcpthosts
printf ':allow\n' > beside/tcp.smtp
printf 'any allow\n' > beside/tcp.smtp.expect
expect 0 "relayrules: beside/tcp.smtp: 'beside/rcpthosts' lies there and was not read*1 passed, 0 failed" \
  relayrules test beside/tcp.smtp.expect
expect 0 "*'beside/rcpthosts' lies there and was not read*" relayrules test --init beside/tcp.smtp
printf 'tcp-env : ALL\n' > beside/hosts.allow
expect 0 "*'beside/hosts.allow' lies there and was not read*" relayrules test beside/tcp.smtp.expect --rules beside/tcp.smtp beside

echo "all cases passed"
