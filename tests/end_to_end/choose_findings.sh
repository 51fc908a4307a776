#!/bin/bash
# Which findings `relayrules check` reports: comments that allow them, settings, --select and --ignore, a baseline.
source "$SOURCE/tests/end_to_end/begin.bash"

# expect CODE TEXT ARGUMENTS...: exit code and whole output (both streams) of `relayrules check --format gcc`.
expect() {
  local code=$1 text=$2 got=0 said
  shift 2
  said=$(relayrules check --format gcc "$@" 2>&1 < /dev/null) || got=$?
  [ "$said" = "$text" ] || fail "check $*: said '$said', not '$text'"
  [ "$got" = "$code" ] || fail "check $*: exit code $got instead of $code ($said)"
}

mkdir -p lab .elsewhere
dot="'192.168.1' can never match a client: not a full address and no final '.' [prefix-without-dot]"
private="'192.168.1.' is part of the private network 192.168.0.0/16: safe only while nothing shows strangers under such an address [private-net-relay]"

# ---- comments
printf '# relayrules: allow prefix-without-dot, private-net-relay a test\n192.168.1:deny\n192.168.1.:deny\n:allow\n' > comment.tcp.smtp
code=0
said=$(relayrules check --format json --no-config comment.tcp.smtp) || code=$?
[[ $said == *'"name":"unused-suppression"'*'"warnings":1,'*'"suppressed":1,'* ]] || fail "suppressed findings in JSON: $said"
printf '# relayrules: allow open-relay the tests need one\n:allow,RELAYCLIENT=""\n' > open.tcp.smtp
relayrules compile open.tcp.smtp -o open.cdb || fail "compile does not honour comments"
printf ':allow,RELAYCLIENT=""\n' > unmarked.tcp.smtp
relayrules compile unmarked.tcp.smtp -o open.cdb 2> said && fail "compile let an open relay pass" || true
printf '# one\n# \\\ntcp-env : [::ffff]\n# relayrules: allow empty-policy\n' | relayrules check --from hosts_access - > said 2>&1 || true
grep -q 'suppression-without-reason' said || fail "comments in hosts_access: $(cat said)"

# ---- the command line
printf '192.168.1:deny\n192.168.1.:allow,RELAYCLIENT=""\n:allow\n' > a.tcp.smtp
expect 1 "a.tcp.smtp:1:1: warning: $dot
a.tcp.smtp:2:1: note: $private" a.tcp.smtp
expect 0 "a.tcp.smtp:2:1: note: $private" --select RR4 a.tcp.smtp
expect 1 "a.tcp.smtp:1:1: warning: $dot" --select prefix-without-dot,RR5 a.tcp.smtp
expect 0 "" --ignore RR301,private-net-relay a.tcp.smtp
expect 2 "relayrules: there is no check 'open-rely'; did you mean 'open-relay'? ('relayrules checks' lists them)" --select open-rely a.tcp.smtp
printf '10.:ALLOW\n' > wrong.tcp.smtp
expect 1 "wrong.tcp.smtp:1:5: error: 'ALLOW' is no verdict; 'allow' or 'deny' is expected, in lower case [bad-verdict]" --ignore RR1 --select RR4 wrong.tcp.smtp

# ---- settings: the nearest file, paths, severities, overridden by the command line
cp a.tcp.smtp lab/b.tcp.smtp
cat > .relayrules.toml << 'END'
ignore = ["private-net-relay"]
[severity]
prefix-without-dot = "note"
[[path]]
files = "lab/*"
ignore = ["RR3"]
[[path]]
files = "b.*"
severity = { RR404 = "error" }
END
expect 0 "a.tcp.smtp:1:1: note: $dot" a.tcp.smtp lab
expect 1 "a.tcp.smtp:1:1: warning: $dot
a.tcp.smtp:2:1: note: $private" --no-config a.tcp.smtp
(cd lab && expect 0 "" b.tcp.smtp)
printf 'select = ["RR4"]\n[severity]\nprivate-net-relay = "error"\n' > lab/.relayrules.toml
expect 1 "lab/b.tcp.smtp:2:1: error: $private" lab/b.tcp.smtp
expect 1 "lab/b.tcp.smtp:2:1: error: $private" --config lab/.relayrules.toml lab/b.tcp.smtp
expect 3 "relayrules: cannot open 'none.toml': No such file or directory" --config none.toml a.tcp.smtp
rm lab/.relayrules.toml

# ---- mistakes in settings are findings with their place
cat > .relayrules.toml << 'END'
selcet = ["RR4"]
ignore = ["open-rely", "bad-verdict", "RR301"]
[severity]
prefix-without-dot = "fatal"
[[path]]
file = "ü"
END
expect 1 ".relayrules.toml:1:1: error: there is no setting 'selcet' [bad-setting]
.relayrules.toml:2:11: error: there is no check 'open-rely' [bad-setting]
.relayrules.toml:2:24: error: 'bad-verdict' is always an error: a line that is not understood may be a denial [bad-setting]
.relayrules.toml:4:22: error: this is no severity [bad-setting]
.relayrules.toml:5:1: error: this [[path]] has no 'files', so it is for none [bad-setting]
.relayrules.toml:6:1: error: there is no setting 'file' [bad-setting]
a.tcp.smtp:2:1: note: $private" a.tcp.smtp
relayrules check a.tcp.smtp > said || true
grep -q "help: did you mean 'select'?" said || fail "no nearest setting: $(cat said)"
printf 'select = [\n' > .relayrules.toml
code=0
said=$(relayrules check --format gcc a.tcp.smtp) || code=$?
[[ $code == 1 && $said == ".relayrules.toml:"*": error: this is no TOML: "*"[bad-setting]"* ]] || fail "broken TOML: $said"
rm .relayrules.toml

# ---- a baseline: lines that move stay accepted, new and edited ones do not
relayrules check a.tcp.smtp lab --write-baseline known > said
[ "$(cat said)" = "'known' accepts 4 findings" ] || fail "--write-baseline: $(cat said)"
relayrules check lab --select RR301 --write-baseline one > said
[ "$(cat said)" = "'one' accepts 1 finding" ] || fail "--write-baseline: $(cat said)"
cp one one.before
expect 3 "relayrules: cannot open 'none': No such file or directory
relayrules: 'one' was not written: not all files could be read" lab none --write-baseline one
cmp one one.before || fail "--write-baseline without all files changed it"
rm one one.before
expect 0 "" --baseline known a.tcp.smtp lab
{ printf '# moved\n\n'; cat a.tcp.smtp; printf '192.168.1:deny\n10.7:deny\n'; } > lab/b.tcp.smtp
code=0
relayrules check --baseline known --format gcc --select RR301 a.tcp.smtp lab > said || code=$?
[ "$code" = 1 ] && [ "$(wc -l < said)" = 2 ] || fail "new findings beside a baseline: $(cat said)"
printf ':allow\n' > lab/b.tcp.smtp
[ "$(relayrules check --baseline known a.tcp.smtp lab)" = "no findings in 2 files; 2 accepted by the baseline; 2 of the baseline are gone: write it anew" ] ||
  fail "stale entries: $(relayrules check --baseline known a.tcp.smtp lab)"
echo '{}' > known
expect 3 "relayrules: cannot use 'known': it is no baseline that --write-baseline wrote" --baseline known a.tcp.smtp

# ---- a check that has become part of another is known by its old code and name wherever somebody wrote them
rm -rf lab
printf '172.:allow,RELAYCLIENT=""\n:allow\n' > old.tcp.smtp
said="old.tcp.smtp:1:1: warning: '172.' lets 15,728,640 public addresses relay, whoever they belong to [wide-relay-net]"
expect 1 "$said" old.tcp.smtp
expect 1 "$said" --select RR403 old.tcp.smtp
expect 0 "" --ignore relay-whole-class old.tcp.smtp
printf '[severity]\nrelay-whole-class = "note"\n' > .relayrules.toml
expect 0 "${said/warning/note}" old.tcp.smtp
rm .relayrules.toml
relayrules check old.tcp.smtp --write-baseline known > said
sed -i 's/RR402/RR403/' known
expect 0 "" --baseline known old.tcp.smtp
# two old checks spoke of one line: neither is called gone
sed '/RR403/{h;s/RR403/RR821/;s/$/,/;G}' known > both
relayrules check --baseline both old.tcp.smtp > said || fail "baseline"
! grep -q gone said || fail "an old code is called gone"
[ "$(relayrules explain RR403)" = "$(relayrules explain wide-relay-net)" ] || fail "explain RR403"
[ "$(relayrules explain rr301 | head -n 1)" = "RR301 prefix-without-dot (warning)" ] || fail "explain rr301"
relayrules checks | grep -qx 'RR403  relay-whole-class  *see wide-relay-net' || fail "the list of checks does not know RR403"
relayrules check old.tcp.smtp --format sarif > said || [ $? = 1 ] || fail "SARIF"
tr -d ' \n' < said | grep -qF '"deprecatedIds":["RR403"]' || fail "SARIF does not know RR403"
