#!/bin/bash
# relayrules map as a user calls it: the picture is well-formed whatever the files are called, says what the rules say, and replaces a
# file whole or not at all. What it looks like in a browser is map_browser.sh.
source "$SOURCE/tests/end_to_end/begin.bash"

cp "$SOURCE/tests/end_to_end/map/every-state.tcp.smtp" .

# well_formed FILE: by whichever XML parser is here
well_formed() {
  if command -v xmllint > /dev/null; then
    xmllint --noout --nonet "$1" || fail "$1 is not well-formed"
  else
    python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1" || fail "$1 is not well-formed"
  fi
}

# ---- the picture that was looked at; RELAYRULES_ACCEPT=1 takes a new one, to be looked at again
relayrules map every-state.tcp.smtp -o every-state.svg
well_formed every-state.svg
golden=$SOURCE/tests/end_to_end/map/every-state.svg
[ -z "${RELAYRULES_ACCEPT:-}" ] || cp every-state.svg "$golden"
cmp every-state.svg "$golden" || fail "the picture changed: look at it, then accept it with RELAYRULES_ACCEPT=1"
relayrules map every-state.tcp.smtp > printed.svg
cmp -s every-state.svg printed.svg || fail "standard output is not the file"
relayrules map - --from tcprules < every-state.tcp.smtp > printed.svg
grep -qF '>Who may relay: standard input<' printed.svg || fail "standard input is not read"

# ---- what the titles say, and what stands below the picture
grep -qF 'public addresses may relay
81.2.69.0/24
256 addresses; clients without a name, with a name that no rule is about
every-state.tcp.smtp:6' <(sed 's/.*<title>//; s/<\/title>.*//' every-state.svg) || fail "no title for the rule of line 6"
for words in 'clients =.example.com may relay (every-state.tcp.smtp:9)' "ident says 'joe' may relay (every-state.tcp.smtp:11)" \
  'Not in the picture: IPv6 clients =.example.com may relay (every-state.tcp.smtp:9)'; do
  grep -qF "$words" every-state.svg || fail "the legend does not say: $words"
done
expect 0 "*No public address may relay, 16,777,472 others may.*all IPv6 clients are let in*" relayrules map "$SOURCE/rules/lan-relay.tcp.smtp"
expect 0 "*No address may relay.*" relayrules map "$SOURCE/rules/mx-only.tcp.smtp"

# ---- several files are read as one; a database has keys instead of lines
printf '10.:allow,RELAYCLIENT=""\n' > first.tcp.smtp
printf ':deny\n' > second.tcp.smtp
expect 0 "*Who may relay: first.tcp.smtp, second.tcp.smtp<*first.tcp.smtp:1<*second.tcp.smtp:1*" relayrules map first.tcp.smtp second.tcp.smtp
relayrules compile first.tcp.smtp second.tcp.smtp -o both.cdb
expect 0 "*both.cdb, key '10.'*" relayrules map both.cdb
expect 0 "*hosts.allow:1*" relayrules map "$SOURCE/rules/tcp-env.hosts.allow" --daemon tcp-env

# ---- names of files and of clients are no markup
evil='<script>alert(1)</script>&"'\''.tcp.smtp'
mkdir '<script>alert(1)<'
printf '=.a<b>&"x:allow,RELAYCLIENT=""\n10.:allow,RELAYCLIENT="</title><script>"\n:allow\n' > "$evil"
relayrules map "$evil" -o evil.svg
well_formed evil.svg
! grep -q '<script' evil.svg || fail "the name of a file became markup"
grep -qF "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;'.tcp.smtp" evil.svg || fail "the name of a file is not shown"
odd=$(printf 'odd\001\377\ntwo\357\277\276.tcp.smtp')
cp first.tcp.smtp "$odd"
relayrules map "$odd" -o odd.svg
well_formed odd.svg

# ---- nothing is drawn of what was not understood, and no rule file is overwritten
cp every-state.svg before.svg
printf '10.:allow\n192.168.1. deny\n' > bad.tcp.smtp
expect 3 "*line-without-colon*nothing can be proved of 'bad.tcp.smtp' until that is mended" relayrules map bad.tcp.smtp -o every-state.svg
expect 3 "relayrules: cannot open 'none': No such file or directory" relayrules map none -o every-state.svg
expect 2 "relayrules: 'first.tcp.smtp' is one of the files to read; the picture needs another name" relayrules map second.tcp.smtp first.tcp.smtp -o first.tcp.smtp
expect 3 "relayrules: cannot use *rcpthosts*: rcpthosts lists destinations, not clients*" relayrules map "$SOURCE/rules/rcpthosts"
expect 2 "*FILE is required*" relayrules map
(
  ulimit -f 4
  expect 3 "relayrules: cannot write 'every-state.svg': File too large" relayrules map every-state.tcp.smtp -o every-state.svg
)
cmp -s before.svg every-state.svg || fail "a failed run changed the old picture"
[ -z "$(find . -name '.every-state*')" ] || fail "a failed run left something behind"

# ---- the picture grows with the rules and not beyond what a browser can draw
for ((i = 0; i < 250; i++)); do for ((j = 0; j < 40; j++)); do printf '%d.%d.%d.1:allow,RELAYCLIENT=""\n' "$i" "$j" $((i * j % 256)); done; done > many.tcp.smtp
relayrules map many.tcp.smtp -o many.svg
well_formed many.svg
[ "$(stat -c %s many.svg)" -lt 1500000 ] || fail "10,000 rules give a picture of $(stat -c %s many.svg) bytes"
[ "$(grep -c '<path' many.svg)" -lt 1000 ] || fail "10,000 rules give $(grep -c '<path' many.svg) elements"

echo "all cases passed"
