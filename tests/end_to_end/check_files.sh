#!/bin/bash
# Which files `relayrules check` looks at: folders, standard input under a name, files that cannot be read, files that are no rules; and
# what the summary says of them.
source "$SOURCE/tests/end_to_end/begin.bash"

# expect CODE TEXT ARGUMENTS...: exit code and whole output (both streams) of `relayrules check`; standard input goes through.
expect() {
  local code=$1 text=$2 got=0 said
  shift 2
  said=$(relayrules check "$@" 2>&1) || got=$?
  [ "$got" = "$code" ] || fail "check $*: exit code $got instead of $code ($said)"
  [ "$said" = "$text" ] || fail "check $*: said '$said', not '$text'"
}

mkdir -p etc/tcprules.d/deep etc/.hidden
bad='10.:ALLOW'
error="'ALLOW' is no verdict; 'allow' or 'deny' is expected, in lower case [bad-verdict]"

# ---- folders: sorted, to the bottom; what is no rule file is left out
printf '%s\n' "$bad" > etc/tcprules.d/tcp.smtp
printf '%s\n' "$bad" > etc/tcprules.d/deep/other
printf '# text\n10.:deny\n:allow\n' > etc/tcprules.d/deep/by-content
printf 'key: value\nother: text\n' > etc/settings.yaml
printf 'ELF\0\1\2' > etc/program
printf '%s\n' "$bad" > etc/.hidden/tcp.smtp
printf '%s\n' "$bad" > etc/.tcp.smtp.swp
printf '10.:allow\n:deny\n' > etc/good.tcp.smtp
relayrules compile etc/good.tcp.smtp -o etc/good.tcp.smtp.cdb
ln -s .. etc/tcprules.d/loop
expect 1 "etc/tcprules.d/tcp.smtp:1:5: error: $error" --format gcc etc
rm -r etc/tcprules.d
printf '10.:allow\n:deny\n' > etc/z.tcp.smtp
expect 0 "no findings in 2 files; 3 skipped" etc
expect 0 "" -q etc
expect 0 "" etc/good.tcp.smtp etc/z.tcp.smtp
expect 0 "etc/good.tcp.smtp: tcprules
etc/z.tcp.smtp: tcprules
etc/good.tcp.smtp.cdb: skipped, no rule file
etc/program: skipped, no rule file
etc/settings.yaml: skipped, no rule file
no findings in 2 files; 3 skipped" -v etc ./etc/z.tcp.smtp

# ---- a file that is named is read or it is an error, and the others are checked all the same
printf '%s\n' "$bad" > last.tcp.smtp
code=0
relayrules check none etc/program last.tcp.smtp --format gcc > said 2> errors || code=$?
[ "$code" = 3 ] || fail "unreadable files: exit code $code"
[ "$(cat said)" = "last.tcp.smtp:1:5: error: $error" ] || fail "the file behind the unreadable ones: $(cat said)"
[ "$(sed -n 1p errors)" = "relayrules: cannot open 'none': No such file or directory" ] || fail "$(cat errors)"
[[ $(sed -n 2p errors) == "relayrules: cannot tell the format of 'etc/program': "* ]] || fail "$(cat errors)"
[ "$(relayrules check none --format json 2> /dev/null)" = '{"findings":[],"summary":{"errors":0,"warnings":0,"notes":0,"files":0,"skipped":0,"suppressed":0,"accepted":0,"stale":0},"failures":["cannot open '"'none'"': No such file or directory"]}' ] || fail "failures in JSON"

# ---- standard input
expect 1 "<standard input>:1:5: error: $error" --format gcc --from tcprules - < last.tcp.smtp
expect 1 "some/tcp.smtp:1:5: error: $error" --format gcc --stdin-name some/tcp.smtp - < last.tcp.smtp
printf 'example.org\nlocalhost\n' | expect 0 "rcpthosts: rcpthosts" -v --stdin-name rcpthosts -

# ---- what repeats is counted
for ((i = 0; i < 1500; i++)); do echo "10.$((i / 200)).$((i % 200)):deny"; done > many.tcp.smtp
echo ':allow' >> many.tcp.smtp
relayrules check many.tcp.smtp > said || true
[ "$(grep -c 'warning: ' said)" = 5 ] || fail "not five of 1,500 findings are shown"
grep -qx 'and 1,495 more like this (RR301 prefix-without-dot); --all shows them' said || fail "the others are not counted"
[ "$(tail -n 2 said)" = "1,500 warnings
'relayrules explain prefix-without-dot' tells more; --fix makes 1,500 repairs, --diff shows them" ] ||
  fail "the summary of 1,500 findings: $(tail -n 2 said)"
[ "$(relayrules check many.tcp.smtp --all | grep -c 'warning: ')" = 1500 ] || fail "--all does not show all"
[ "$(relayrules check many.tcp.smtp --format gcc | wc -l)" = 1500 ] || fail "a format for programs is folded"
expect 1 "    1,500  RR301  warning  prefix-without-dot
        1  RR102  error    bad-verdict" --statistics many.tcp.smtp last.tcp.smtp
