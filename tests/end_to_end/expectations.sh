#!/bin/bash
# relayrules test and search as a user calls them: which rules a file is about, exit codes, bad files, what --init writes.
source "$SOURCE/tests/end_to_end/begin.bash"

mkdir -p sub empty

# ---- the shipped policies do what is expected of them
(cd "$SOURCE/rules" && expect 0 "*ok    deny-by-default*ok    lan-relay*14 passed, 0 failed" relayrules test)

# ---- what --init writes holds, for every shipped policy
for rules in "$SOURCE"/rules/*.tcp.* "$SOURCE"/rules/*.rules "$SOURCE"/rules/*extended "$SOURCE"/rules/rcpthosts; do
  case $rules in *.expect) continue ;; esac
  relayrules test --init "$rules" -o first.expect || fail "--init of $rules"
  expect 0 "*[1-9]* passed, 0 failed" relayrules test first.expect
  rm first.expect
done
relayrules test --init --daemon tcp-env "$SOURCE/rules/tcp-env.hosts.allow" "$SOURCE/rules/rcpthosts" > first.expect
grep -q '^rules .* daemon=tcp-env$' first.expect || fail "--init forgets the daemon"
expect 0 "* passed, 0 failed" relayrules test first.expect
rm first.expect
printf '10.0.0.0/22:deny\n:allow\n' > office
relayrules test --init --extended office -o office.expect
expect 0 "*10.0.0.0/22 deny*[1-9] passed, 0 failed" relayrules test office.expect
rm office.expect

# ---- which rules a file is about
printf '10.:allow,RELAYCLIENT=""\n=.example.com:allow\n:deny\n' > tcp.smtp
printf 'example.org\n' > rcpthosts
printf '10. relay  the office\nany except 10. no-relay\n' > tcp.smtp.expect
expect 0 "relayrules: tcp.smtp: 'rcpthosts' lies there and was not read
ok    tcp.smtp.expect:1: 10. relay  # the office*2 passed, 0 failed" relayrules test tcp.smtp.expect
expect 0 "2 passed, 0 failed" relayrules test -q tcp.smtp.expect
printf 'rules ../tcp.smtp ../rcpthosts\n10.0.0.0/7 relay\nrcpt=a@example.org accepted\n' > sub/other.expect
failed=$'FAIL  sub/other.expect:2: 10.0.0.0/7 relay\n      11.0.0.0/8: *, by sub/../tcp.smtp:*for instance 11.*1 passed, 1 failed'
expect 1 "$failed" relayrules test sub/other.expect
expect 1 "*ok    tcp.smtp.expect:2*sub/other.expect*3 passed, 1 failed" relayrules test tcp.smtp.expect sub/other.expect
relayrules compile tcp.smtp -o tcp.smtp.cdb
expect 0 "*2 passed, 0 failed" relayrules test tcp.smtp.expect --rules tcp.smtp.cdb
printf ':allow\n' > open.tcp.smtp
expect 1 "*FAIL*ok*1 passed, 1 failed" relayrules test tcp.smtp.expect --rules open.tcp.smtp
expect 0 "*tcp.smtp.expect:1*2 passed, 0 failed" relayrules test
(cd empty && expect 2 "relayrules: no expectation file was named, and there is no \*.expect in this folder" relayrules test)
printf '10. relay\nrcpt=a@example.org accepted\n' > none.expect
expect 1 "*FAIL  none.expect:2: rcpt=a@example.org accepted
      there is no rcpthosts among the rules*1 passed, 1 failed" relayrules test none.expect --rules tcp.smtp
expect 1 "*FAIL  none.expect:1: 10. relay
      there are no rules about clients among the rules*1 passed, 1 failed" relayrules test none.expect --rules rcpthosts
expect 3 "*'none.expect': it is not said which rules it is about, and none lie beside it under its name: write a line 'rules FILE' into it*ERROR none.expect: it is not said*0 passed, 0 failed, 1 file not tried" relayrules test none.expect
# a pair of hosts files is one set of rules
printf 'tcp-env : 10. EXCEPT 10.1. : setenv = RELAYCLIENT\n' > hosts.allow
printf 'ALL : ALL\n' > hosts.deny
printf '10. except 10.1. relay\nany except 10. deny\n10.1. deny\n' > pair.expect
expect 0 "*3 passed, 0 failed" relayrules test pair.expect --rules hosts.allow hosts.deny --daemon tcp-env
expect 0 "*1 set of clients" relayrules search hosts.deny hosts.allow --daemon tcp-env --verdict relay
rm hosts.allow hosts.deny pair.expect
got=0
said=$(printf 'rules tcp.smtp\n10. relay\n' | relayrules test -) || got=$?
[ "$got$said" = "0ok    <standard input>:2: 10. relay
1 passed, 0 failed" ] || fail "standard input: $got $said"

# ---- lines in error: nothing of such a file is tried, and that is no success; lines that contradict each other are tried
printf '10. realy\n11. deny\n' > bad.expect
expect 3 "*bad.expect:1:5: error: 'realy' is no client*did you mean 'relay'*RR951*ERROR bad.expect*0 passed, 0 failed, 1 file not tried" \
  relayrules test bad.expect --rules tcp.smtp
printf 'any but 10.0.0.0/33 deny\n' > bad.expect
expect 3 "*error: 'but' is no client: *or info= \[RR951*" relayrules test bad.expect --rules tcp.smtp
printf '10. relay\n10.1. deny\n' > bad.expect
expect 1 "*bad.expect:2:1: error: *cannot hold together with line 1*RR952*bad.expect:1:1*FAIL*passed, * failed" relayrules test bad.expect --rules tcp.smtp
: > bad.expect
expect 3 "*there is no expectation in the file*" relayrules test bad.expect --rules tcp.smtp
printf '10.:alow\n' > half.tcp.smtp
expect 3 "*bad-verdict*nothing can be proved of 'half.tcp.smtp'*1 file not tried" relayrules test tcp.smtp.expect --rules half.tcp.smtp
expect 3 "*cannot open 'missing.expect'*ok*2 passed, 0 failed, 1 file not tried" relayrules test missing.expect tcp.smtp.expect
expect 3 "*it holds expectations, not rules*" relayrules check tcp.smtp.expect

# ---- for programs
relayrules test sub/other.expect --format json > said.json && fail "json: exit code 0"
grep -q '"passed":1,"failed":1,"untried":0' said.json || fail "json: $(cat said.json)"
grep -q '"prefixes":\["11.0.0.0/8"\]' said.json || fail "json has no counterexample: $(cat said.json)"
printf 'any allow  <\001&"\377\n' > odd.expect
relayrules test odd.expect --rules tcp.smtp --format junit > said.xml && fail "junit: exit code 0"
if command -v python3 > /dev/null; then
  python3 -c 'import sys, xml.dom.minidom as x; d = x.parse("said.xml"); sys.exit(len(d.getElementsByTagName("failure")) != 1)' ||
    fail "junit: $(cat said.xml)"
fi

# ---- --init replaces nothing
cp tcp.smtp.expect kept
expect 3 "relayrules: cannot write 'tcp.smtp.expect': it exists already*" relayrules test --init tcp.smtp -o tcp.smtp.expect
cmp -s kept tcp.smtp.expect || fail "--init changed a file"
relayrules test --init tcp.smtp rcpthosts -o sub/first.expect
grep -qx 'rules ../tcp.smtp ../rcpthosts' sub/first.expect || fail "--init: rules relative to the file"
expect 0 "* passed, 0 failed" relayrules test sub/first.expect
expect 2 "relayrules: --init needs the rules to write about" relayrules test --init
expect 2 "relayrules: -o goes with --init only" relayrules test tcp.smtp.expect -o x

# ---- search
expect 0 "10.0.0.0/8*relay RELAYCLIENT=\"\"  by tcp.smtp:1*1 set of clients" relayrules search tcp.smtp --verdict relay
expect 1 "no such client" relayrules search tcp.smtp --verdict relay --in 11.
expect 0 "11.0.0.1/32*=.example.com*by tcp.smtp:2*1 set of clients" relayrules search tcp.smtp --in 11.0.0.1 --name .example.com
expect 0 "*deny  by tcp.smtp:3*" relayrules search tcp.smtp --in 11.0.0.1 --name none
expect 0 "*by tcp.smtp.cdb, key '10.'*" relayrules search tcp.smtp.cdb --in 10.9.9.9
expect 0 '{"found":1,"regions":\[{"prefixes":\["10.0.0.0/8"\],*"witness":{"ip":"10.0.0.0",*' relayrules search tcp.smtp --verdict relay --format json
expect 2 "relayrules: search needs something to look for*" relayrules search tcp.smtp
expect 2 "relayrules: '10.1' is no client*" relayrules search tcp.smtp --in 10.1
expect 2 "relayrules: '10.0.0.0/33' is no network: behind its '/' a number up to 32 is expected*" relayrules search tcp.smtp --in 10.0.0.0/33
expect 3 "*bad-verdict*nothing can be proved*" relayrules search half.tcp.smtp --verdict deny

echo "all cases passed"
