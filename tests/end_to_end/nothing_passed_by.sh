#!/bin/bash
# Former ways past a refusal: each gave an answer, a proof or a database that left a rule out, or wrote over a file that is in use.
source "$SOURCE/tests/end_to_end/begin.bash"

# ---- a network that no list of keys says is an error for whoever reads it, and not only for compile: a deny was passed over
ipv6=(--program ucspi-tcp-ipv6)
printf '# relayrules: extended\n2001:db8::/32:allow,RELAYCLIENT=""\n2001:db8:0:1::/64:deny\n:allow\n' > net.tcprules-extended
expect 3 "*:3:1: error: '2001:db8:0:1::/64': no list of keys of ucspi-tcp-ipv6 is exactly this network*" \
  relayrules lookup "${ipv6[@]}" net.tcprules-extended --ip 2001:db8:0:1::9
expect 1 "*RR603 not-expressible*" relayrules check "${ipv6[@]}" net.tcprules-extended
expect 3 "*nothing can be proved*" relayrules audit "${ipv6[@]}" net.tcprules-extended
expect 3 "*nothing can be proved*" relayrules minimise "${ipv6[@]}" net.tcprules-extended
# the key '2001:db8::' is asked for every text that begins so, and not for the one address alone
printf '# relayrules: extended\n2001:db8::/127:allow,RELAYCLIENT=""\n:allow\n' > host.tcprules-extended
expect 1 "*RR603 not-expressible*" relayrules compile host.tcprules-extended --target ucspi-tcp-ipv6 -o host.cdb
expect 3 "*nothing can be proved*" relayrules audit "${ipv6[@]}" host.tcprules-extended

# ---- comparing with the database that is replaced: of hosts.allow it crashed, of keys that no proof is about it ended in abort()
printf 'ALL : 10.\n' > hosts.allow
printf ':deny\n' | relayrules compile --from tcprules - -o old.cdb
expect 0 "allow-gained: *" relayrules compile hosts.allow --show-diff -o old.cdb
printf '2001:db8:::allow,RELAYCLIENT=""\n:allow\n' > front.tcprules-ipv6
printf ':allow\n' | relayrules compile --from tcprules-ipv6 - -o front.cdb
cp front.cdb before.cdb
expect 3 "*'front.cdb' was not written: cannot compare with*no list of networks can say*" \
  relayrules compile front.tcprules-ipv6 --no-check --confirm-widening -o front.cdb
cmp front.cdb before.cdb

# ---- a database in use is no place for a report, a picture or rules
mkdir live
printf '127.:allow,RELAYCLIENT=""\n:allow\n' > live/tcp.smtp
relayrules compile live/tcp.smtp -o live/tcp.smtp.cdb
cp live/tcp.smtp.cdb before.cdb
expect 2 "*the picture needs another name" relayrules map live/tcp.smtp -o live/tcp.smtp.cdb
expect 2 "*the report needs another name" relayrules audit live/tcp.smtp --format html -o live/tcp.smtp.cdb
expect 2 "*is a database; rules need another name" relayrules minimise live/tcp.smtp -o live/tcp.smtp.cdb
cmp live/tcp.smtp.cdb before.cdb

# ---- nor is a file of rules, domains or expectations, be it read or not; what was a report before may be one again
mkdir kept
printf ':allow\n' | tee kept/tcp.smtp kept/tcp.pop3 > kept/plain
printf 'example.org\n' | tee kept/rcpthosts > kept/morercpthosts
printf 'sshd : 10.\n' | tee kept/hosts.allow > kept/list
printf '10.1.2.3 allow\n' > kept/first.expect
: > kept/percenthack
ln -s rcpthosts kept/link
cp -r kept before
held="a file of rules, domains or expectations; the"
for name in tcp.pop3 plain rcpthosts morercpthosts hosts.allow list first.expect percenthack link; do
  for call in 'compile kept' 'compile kept/tcp.smtp --dry-run'; do
    # shellcheck disable=SC2086
    expect 2 "relayrules: 'kept/$name' is $held database needs another name" relayrules $call --from tcprules --no-check -o kept/$name
  done
  expect 2 "relayrules: 'kept/$name' is $held report needs another name" relayrules audit kept/tcp.smtp -o kept/$name
  expect 2 "relayrules: 'kept/$name' is $held report needs another name" relayrules check kept/tcp.smtp -o kept/$name
  expect 2 "relayrules: 'kept/$name' is $held baseline needs another name" relayrules check kept/tcp.smtp --write-baseline kept/$name
  expect 2 "relayrules: 'kept/$name' is $held picture needs another name" relayrules map kept/tcp.smtp -o kept/$name
  expect 2 "relayrules: 'kept/$name' is $held smaller file needs another name" relayrules minimise kept/tcp.smtp -o kept/$name
  expect 3 "*it exists already*" relayrules test --init kept/tcp.smtp -o kept/$name
done
diff -r before kept || fail "a file was replaced"
for _ in first again; do
  expect 0 "" relayrules map kept/tcp.smtp -o kept/tcp.smtp.svg
  expect 0 "" relayrules audit kept/tcp.smtp --format html -o kept/tcp.smtp.html
  expect 0 "" relayrules audit kept/tcp.smtp -o kept/audit
  for format in text json sarif gcc github checkstyle; do
    expect 0 "" relayrules check kept/hosts.allow kept/tcp.smtp --fail-on never --format $format -o kept/report.$format
  done
  expect 0 "*" relayrules check kept/tcp.smtp --write-baseline kept/tcp.smtp.baseline
  expect 0 "" relayrules compile kept/tcp.smtp --no-check -o kept/tcp.smtp.cdb
  expect 0 "*" relayrules minimise kept/tcp.smtp -o kept/tcp.smtp
done

# ---- standard input is there once
expect 3 "*standard input can be read once only" bash -c 'printf ":deny\n" | relayrules diff --from tcprules - -'

# ---- rules in a folder are not left out because a file was named, too, or because the file that counts is compiled
printf '10.:allow,RELAYCLIENT=""\n:allow\n' > one.tcp.smtp
mkdir denied compiled
printf '1.2.3.4:deny\n' > denied/tcp.smtp
expect 3 "*cannot use 'denied': rules about clients lie in it that were not named*" \
  relayrules compile --no-check one.tcp.smtp denied -o one.cdb
printf ':deny\n' > compiled/tcp.pop3
printf ':allow,RELAYCLIENT=""\n' | relayrules compile -q --from tcprules --no-check - -o compiled/tcp.smtp.cdb
expect 1 "*OPEN RELAY*" relayrules audit compiled

# ---- half of a table stays half when it is named twice
mkdir pair
printf 'ALL: 10.\n' > pair/hosts.allow
printf 'ALL: ALL\n' > pair/hosts.deny
expect 3 "*the two are one list of rules; name both, or their folder" \
  relayrules search --daemon smtpd --verdict allow --in 12.0.0.0/8 pair/hosts.allow pair/hosts.allow
expect 1 "no such client" relayrules search --daemon smtpd --verdict allow --in 12.0.0.0/8 pair/hosts.allow pair/hosts.deny

# ---- what was named is checked, in a folder that was named before it, too
mkdir odd
printf ':allow\n' > odd/tcp.smtp
printf 'garbage thing\n' > odd/odd.txt
expect 3 "*cannot tell the format of 'odd/odd.txt'*" relayrules check odd odd/odd.txt

# ---- a file of expectations shows nothing of a folder outside its own
mkdir here there
printf 'rules ../there\n10.0.0.0/8 deny\n' > here/e.expect
printf '10.9.8.7 allow hunter2\n' > there/tcp.smtp
cd here
expect 3 "*'../there' is in error, and is not shown*" relayrules test e.expect
if relayrules test e.expect 2>&1 | grep -q hunter2; then fail "the text of a file that nobody named is shown"; fi

echo "all cases passed"
