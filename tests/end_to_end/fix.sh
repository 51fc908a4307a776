#!/bin/bash
# relayrules check --fix and --diff as a user calls them: what is repaired, what is said of it, and that a file is replaced whole or not at all.
source "$SOURCE/tests/end_to_end/begin.bash"

# expect CODE TEXT COMMAND...: exit code CODE, and exactly TEXT on both outputs together.
expect() {
  local code=$1 text=$2 got=0 said
  shift 2
  said=$("$@" 2>&1) || got=$?
  [ "$got" = "$code" ] || fail "$*: exit code $got instead of $code ($said)"
  [ "$said" = "$text" ] || fail "$*: said '$said', not '$text'"
}

# holds FILE TEXT: the file is TEXT.
holds() { [ "$(cat "$1")" = "$2" ] || fail "$1 is '$(cat "$1")', not '$2'"; }

broken='127.:allow,RELAYCLIENT=""
192.168.1:allow,RELAYCLIENT=""
10.0.0.0/22:deny
.example.net:deny
:allow'
right='127.:allow,RELAYCLIENT=""
192.168.1.:allow,RELAYCLIENT=""
10.0.0-3.:deny
=.example.net:deny
:allow'
printf '%s\n' "$broken" > tcp.smtp

# ---- shown, not made
relayrules check --diff tcp.smtp > change 2> said && fail "repairs are something to report"
holds tcp.smtp "$broken"
holds change '--- tcp.smtp
+++ tcp.smtp	(repaired)
@@ -1,5 +1,5 @@
 127.:allow,RELAYCLIENT=""
-192.168.1:allow,RELAYCLIENT=""
-10.0.0.0/22:deny
-.example.net:deny
+192.168.1.:allow,RELAYCLIENT=""
+10.0.0-3.:deny
+=.example.net:deny
 :allow'
holds said 'tcp.smtp: 3 findings can be repaired: 1 cidr-in-tcprules, 1 host-without-equals, 1 prefix-without-dot
tcp.smtp (repaired): clients at 256 addresses may now send to any domain (tcp.smtp:2)
tcp.smtp (repaired): clients at 1,024 addresses and clients named '\''*.example.net'\'' are now refused (tcp.smtp:3, tcp.smtp:4)'
if command -v patch > /dev/null; then
  cp tcp.smtp patched
  patch -s patched < change
  holds patched "$right"
  # by the name in the diff alone, whatever it is
  for name in 'two  words' tab$'\t' $'line\nfeed' '"quotes"' 'back\slash' $'\e[31m' $'b\303\274ro' $'\342\200\256' $'\377' "'" '(repaired)'; do
    printf '%s\n' "$broken" > "$name.tcp.smtp"
    (relayrules check -q --diff "$name.tcp.smtp" || true) | patch -s -p0 || fail "patch does not take the name '$name'"
    holds "$name.tcp.smtp" "$right"
    rm "$name.tcp.smtp"
  done
fi
[ "$(relayrules check -q --diff - --stdin-name tcp.smtp < tcp.smtp)" = "$(cat change)" ] || fail "standard input is shown alike"

# ---- made; the mode is kept, a link is followed
chmod 640 tcp.smtp
ln -s tcp.smtp link.tcp.smtp
relayrules check --fix link.tcp.smtp > left 2> said || fail "what is left are notes"
holds tcp.smtp "$right"
holds said 'link.tcp.smtp: repaired 3 findings: 1 cidr-in-tcprules, 1 host-without-equals, 1 prefix-without-dot
link.tcp.smtp: clients at 256 addresses may now send to any domain (link.tcp.smtp:2)
link.tcp.smtp: clients at 1,024 addresses and clients named '\''*.example.net'\'' are now refused (link.tcp.smtp:3, link.tcp.smtp:4)'
[[ $(cat left) == "link.tcp.smtp:2:1: note: "*"1 note" ]] || fail "left: $(cat left)"
[ "$(stat -c %a tcp.smtp)" = 640 ] || fail "the mode became $(stat -c %a tcp.smtp)"
[ -L link.tcp.smtp ] || fail "the link is gone"
expect 0 "" relayrules check -q --fail-on error --diff tcp.smtp
relayrules compile tcp.smtp -o repaired.cdb || fail "what is repaired compiles"

# ---- what is left is reported, what is held back too
printf '10.1:allow,RELAYCLIENT=""\n10.1.:deny\n10.2:deny\n:allow\n' > tcp.smtp
relayrules check --fix --format gcc tcp.smtp > left 2> said && fail "a warning is left"
holds tcp.smtp '10.1:allow,RELAYCLIENT=""
10.1.:deny
10.2.:deny
:allow'
holds said 'tcp.smtp: repaired 1 finding: 1 prefix-without-dot
tcp.smtp:1: not repaired: prefix-without-dot would become duplicate-key
tcp.smtp: clients at 65,536 addresses are now refused (tcp.smtp:3)'
[[ $(cat left) == "tcp.smtp:1:1: warning: '10.1' can never match"* ]] || fail "left: $(cat left)"

# ---- only what is wanted: comments, settings and options say what that is
printf '# relayrules: allow prefix-without-dot an example\n10.1:deny\n10.2:deny\n10.3.9.9-3:deny\n:allow\n' > tcp.smtp
relayrules check -q --fix --ignore reversed-range tcp.smtp || fail "nothing that was asked for is left"
holds tcp.smtp '# relayrules: allow prefix-without-dot an example
10.1:deny
10.2.:deny
10.3.9.9-3:deny
:allow'

# ---- a file that the compiler refuses
mkdir folder
printf '10.1.:ALLOW\r\n:deny # the rest\r\n' > folder/tcp.smtp
expect 0 'folder/tcp.smtp: repaired 3 findings: 1 bad-verdict, 1 carriage-return, 1 text-after-verdict
folder/tcp.smtp: nothing can be compared, because the old rules had errors
no findings in 1 file' relayrules check --fix folder
holds folder/tcp.smtp '10.1.:allow
# the rest
:deny'

# ---- refusals; a file is replaced whole or not at all
expect 2 "relayrules: --fix cannot write to standard input; --diff shows the repairs" relayrules check --fix - < tcp.smtp
expect 2 "relayrules: --fix excludes --diff ('relayrules check --help' tells more)" relayrules check --diff --fix tcp.smtp
expect 2 "relayrules: --baseline excludes --fix ('relayrules check --help' tells more)" \
  relayrules check --fix --baseline known tcp.smtp
expect 2 "relayrules: --format excludes --diff ('relayrules check --help' tells more)" \
  relayrules check --diff --format json tcp.smtp
printf '10.1:deny\n:allow\n' > tcp.smtp
full() { (ulimit -f 0 && relayrules check --fix tcp.smtp); }
expect 3 "relayrules: cannot write 'tcp.smtp': File too large" full
holds tcp.smtp '10.1:deny
:allow'
expect 3 "relayrules: cannot open 'missing': No such file or directory
tcp.smtp: repaired 1 finding: 1 prefix-without-dot
tcp.smtp: clients at 65,536 addresses are now refused (tcp.smtp:1)" relayrules check --fix missing tcp.smtp
[ -z "$(find . -name '*.tmp*' -o -name '.*tcp*')" ] || fail "something was left behind: $(ls -A)"

# ---- what is no rule file is never written to, whatever it is said to be
# untouched SAID FILE OPTION...: something is found, and the file stays as it is.
untouched() {
  local wanted=$1 file=$2
  shift 2
  cp "$file" copy
  for how in --diff --fix; do
    relayrules check "$how" "$@" "$file" > said 2>&1 && fail "$file: nothing was found"
    cmp -s "$file" copy || fail "$file was repaired: $(cat "$file")"
  done
  # shellcheck disable=SC2053
  [[ $(cat said) == $wanted ]] || fail "$file: said '$(cat said)', not '$wanted'"
}
printf '127.:allow,RELAYCLIENT=""\n:deny\n' > tcp.smtp
relayrules compile tcp.smtp -o rules.cdb
cp rules.cdb tcp.smtp
for file in rules.cdb tcp.smtp; do
  untouched "*error: this is a compiled CDB, not rules*help: turn it into rules with 'relayrules dump', and check these*" $file
  [ "$(grep -c error: said)" = 1 ] || fail "$file: $(cat said)"
done
untouched "*error: this is a compiled CDB, not rules*" rules.cdb --from tcprules
printf '192.168.1 OK\n' > table
untouched "*warning: this is another kind of file: its lines are an access table*" table --from tcprules
untouched "*warning: this is another kind of file: its lines are an access table*" table --from rcpthosts
printf 'Connect:192.168.1 RELAY\n10.0.0.0/8 REJECT\n192.168.1:allow\n' > table
for format in tcprules tcprules-extended; do untouched "*error: *" table --from $format --ignore wrong-format; done
! grep -q "write '10" said || fail "$(cat said)"
printf '192.168.1:allow\n10.1\0:deny\n:deny\n' > tcp.smtp
untouched "*a NUL byte in a rule*" tcp.smtp
printf '<html>\n192.168.1:allow\n' > tcp.smtp
untouched "*wrong-format*" tcp.smtp
printf '\001\002\003\004192.168.1:allow\n' > tcp.smtp
untouched "*not-text*" tcp.smtp
