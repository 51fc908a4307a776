#!/bin/bash
# relayrules minimise as a user calls it: what it prints can be compiled, compared, and put in place of the file it came from.
source "$SOURCE/tests/end_to_end/begin.bash"

cat > tcp.smtp << 'END'
# who may relay
127.:allow,RELAYCLIENT=""

# offices
192.168.1.:allow,RELAYCLIENT=""
192.168.2.:allow,RELAYCLIENT=""
# typo
10.0.0:deny

:allow
END
cp tcp.smtp before.tcp.smtp
smaller='# who may relay
127.:allow,RELAYCLIENT=""

# offices
192.168.1-2.:allow,RELAYCLIENT=""

:allow'
[ "$(relayrules minimise tcp.smtp 2> said)" = "$smaller" ] || fail "printed: $(relayrules minimise tcp.smtp)"
[ "$(cat said)" = "5 rules became 3; the decision is the same for every client
left out: 1 rule that no client can match; 'relayrules check' tells why" ] || fail "said: $(cat said)"
[ -z "$(relayrules minimise -q tcp.smtp 2>&1 > /dev/null)" ] || fail "-q is not quiet"

# ---- what changes, for patch
relayrules minimise -q --diff tcp.smtp > change
[ "$(head -n 2 change)" = "--- tcp.smtp
+++ tcp.smtp	(minimised)" ] || fail "the diff begins with $(head -n 2 change)"
if command -v patch > /dev/null; then
  cp tcp.smtp patched
  patch -s patched < change
  [ "$(cat patched)" = "$smaller" ] || fail "patch made $(cat patched)"
fi

# ---- in place, and again
chmod 640 tcp.smtp
relayrules minimise -q tcp.smtp -o tcp.smtp
[ "$(cat tcp.smtp)" = "$smaller" ] || fail "-o wrote $(cat tcp.smtp)"
[ "$(stat -c %a tcp.smtp)" = 640 ] || fail "the mode was not kept"
expect 0 "the same decision for every client" relayrules diff before.tcp.smtp tcp.smtp
expect 0 "3 rules: none can be left out or joined" relayrules minimise --diff tcp.smtp

# ---- from a CDB
relayrules compile -q before.tcp.smtp --fail-on never -o before.cdb
[ "$(relayrules minimise -q before.cdb)" = '127.:allow,RELAYCLIENT=""
192.168.1-2.:allow,RELAYCLIENT=""
:allow' ] || fail "from a CDB: $(relayrules minimise -q before.cdb)"

# ---- every shipped file
for file in "$SOURCE"/rules/*tcp.* "$SOURCE"/rules/*.rules "$SOURCE"/rules/*.tcprules-extended; do
  case $file in *.expect) continue ;; esac
  name=smaller.$(basename "$file")
  relayrules minimise -q "$file" > "$name"
  expect 0 "the same decision for every client" relayrules diff "$file" "$name"
done

# ---- what cannot be done
expect 3 "relayrules: cannot minimise '*tcp-env.hosts.allow': it is hosts_access; only tcprules, its dialects and CDBs can be minimised" \
  relayrules minimise "$SOURCE/rules/tcp-env.hosts.allow" --daemon tcp-env
expect 2 "relayrules: --diff shows what would change, and -o changes it: choose one" relayrules minimise --diff tcp.smtp -o x
expect 3 "relayrules: cannot open 'none': No such file or directory" relayrules minimise none
printf '10.:alow\n' > broken.tcp.smtp
expect 3 "*nothing can be proved of 'broken.tcp.smtp' until that is mended" relayrules minimise broken.tcp.smtp -o tcp.smtp
[ "$(cat tcp.smtp)" = "$smaller" ] || fail "a broken file replaced a good one"

echo "all cases passed"
