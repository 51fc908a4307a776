#!/bin/bash
# The examples of relayrules-integration(7) and the pre-commit hook, as they stand there.
set -euo pipefail

fail() {
  echo "FAILED: $*"
  exit 1
}

PATH=$TOOLS:$PATH
rm -rf work
mkdir work
cd work
# the first literal block is the Makefile; mdoc's \& protects a leading dot
awk '/^\.Bd/ { count++; inside = count == 1; next } /^\.Ed/ { inside = 0 } inside' "$SOURCE/man/relayrules-integration.7" |
  sed 's/^\\&//' > Makefile
printf '10.:allow,RELAYCLIENT=""\n:allow\n' > lan.tcp.smtp
make -s all > said 2>&1 || fail "make: $(cat said)"
[ -s lan.tcp.smtp.cdb ] || fail "make wrote no database"
cp lan.tcp.smtp.cdb before
sleep 0.01
printf '10:allow,RELAYCLIENT=""\n:allow\n' > lan.tcp.smtp
touch -d '+1 minute' lan.tcp.smtp
! make -s all > said 2>&1 || fail "make compiled what the check refuses"
cmp -s before lan.tcp.smtp.cdb || fail "a refused file changed the database"

# the hook's pattern names the files that are recognised by name
pattern=$(sed -n "s/^  files: '\(.*\)'$/\1/p" "$SOURCE/.pre-commit-hooks.yaml")
for name in tcp.smtp etc/tcp.smtp lan.tcp.smtp x.rules x.tcprules-extended hosts.allow etc/hosts.deny control/rcpthosts morercpthosts; do
  grep -qE "$pattern" <<< "$name" || fail "the pre-commit hook passes over $name"
done
for name in README.md Makefile src/rcpthosts.c; do
  ! grep -qE "$pattern" <<< "$name" || fail "the pre-commit hook takes $name"
done
