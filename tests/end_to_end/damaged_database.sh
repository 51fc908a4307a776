#!/bin/bash
# A CDB whose tables and records do not belong together proves nothing: every command says so, ends with 3 and writes nothing. What tcpserver
# would find in it is not what its records say. A whole one is known by its content, whatever its name and whoever wrote it.
source "$SOURCE/tests/end_to_end/begin.bash"

# patch FILE OFFSET BYTES: BYTES as printf(1) has them.
patch() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
# word FILE OFFSET: the number that stands there.
word() { od -A n -t u4 -j "$2" -N 4 "$1" | tr -d ' '; }
# escaped NUMBER: its four bytes for patch.
escaped() { printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)); }

printf '10.:allow\n:deny\n' > tcp.smtp
printf '10.1.2.3\n' > log
relayrules compile -q tcp.smtp -o good.cdb
mkdir damaged
for size in 0 100 2047 2048 $(($(stat -c %s good.cdb) - 8)) $(($(stat -c %s good.cdb) - 1)); do
  head -c "$size" good.cdb > "damaged/cut-to-$size.cdb"
done
head -c 2048 /dev/zero > damaged/zeros.cdb
head -c 3000 /dev/zero > damaged/more-zeros.cdb
printf '10.:allow\n:deny\n' > damaged/text.cdb
# the record of '10.' begins at byte 2048, that of the empty key at 2059; their tables are number 10.'s hash & 255 and 5
table=$(word good.cdb $((5 * 8)))
[ "$(word good.cdb $((5 * 8 + 4)))" = 2 ] || fail "the empty key is not where this test looks for it"
slot=$table
[ "$(word good.cdb $((slot + 4)))" != 0 ] || slot=$((table + 8))
[ "$(word good.cdb $((slot + 4)))" = 2059 ] || fail "the empty key's slot is not where this test looks for it"
damage() { cp good.cdb "damaged/$1.cdb" && patch "damaged/$1.cdb" "$2" "$3"; }
damage no-slot-for-a-record $((slot + 4)) '\0\0\0\0'
damage slot-into-a-record $((slot + 4)) '\x01\x08\0\0'
damage slot-to-another-record $((slot + 4)) '\0\x08\0\0'
damage other-hash "$slot" '\0'
damage other-key 2056 '2'
damage long-key 2048 '\xff\xff\xff\xff'
damage long-value 2052 '\xff\xff\xff\x7f'
damage no-table $((5 * 8 + 4)) '\0\0\0\0'
damage table-outside $((5 * 8)) '\xf0\xff\xff\xff'
damage table-over-records $((5 * 8)) '\x03\x08\0\0'
# a record behind the tables, which only a look-up finds: whoever asks there may relay
size=$(stat -c %s good.cdb)
damage hidden-behind-tables $((slot + 4)) "$(escaped "$size")"
printf '\0\0\0\0\016\0\0\0+RELAYCLIENT=\0' >> damaged/hidden-behind-tables.cdb
# the same file by a name that does not tell what it is; what is too short, or zeros, is known by its name only
for file in damaged/*.cdb; do
  case $file in */cut-to-0.cdb | */cut-to-100.cdb | */cut-to-2047.cdb | *zeros.cdb | */text.cdb) ;; *) cp "$file" "${file%.cdb}" ;; esac
done

# refused FILE COMMAND...: ends with 3, says that FILE is no whole CDB, prints nothing, writes nothing.
refused() {
  local file=$1 got=0
  shift
  relayrules "$@" > out.txt 2> err.txt < /dev/null || got=$?
  [ "$got" = 3 ] || fail "$*: exit code $got instead of 3 ($(cat out.txt err.txt))"
  [ ! -s out.txt ] || fail "$*: printed '$(cat out.txt)'"
  grep -qF "cannot read '$file': it is no whole CDB: " err.txt || fail "$*: said '$(cat err.txt)'"
  [ ! -e new ] || fail "$*: wrote a file"
}
for file in damaged/*; do
  cp "$file" before
  printf 'rules %s\nany no-relay\n' "$file" > rules.expect
  refused "$file" dump "$file"
  refused "$file" lookup "$file" --ip 10.1.2.3
  refused "$file" audit "$file"
  refused "$file" audit "$file" --format html -o new
  refused "$file" map "$file" -o new
  refused "$file" minimise "$file" -o new
  refused "$file" test --init "$file"
  refused "$file" test --init "$file" -o new
  refused "$file" check "$file" -q
  refused "$file" search "$file" --verdict relay
  refused "$file" diff "$file" good.cdb
  refused "$file" diff good.cdb "$file"
  refused "$file" replay "$file" good.cdb log
  refused "$file" replay good.cdb "$file" log
  if [ "$file" = damaged/text.cdb ]; then
    expect 2 "*'$file' is a file of rules, *" relayrules compile tcp.smtp -o "$file"
  else
    refused "$file" compile tcp.smtp -o "$file" --confirm-widening
  fi
  refused "$file" compile "$file" -o new
  expect 3 "*cannot read '$file': it is no whole CDB: *" relayrules test rules.expect
  cmp -s before "$file" || fail "$file was changed"
done
# it is mended by compiling again
cp damaged/no-table.cdb mended.cdb
expect 0 "" relayrules compile -q tcp.smtp -o mended.cdb
cmp good.cdb mended.cdb

# beside its rules it is a finding
cp damaged/no-table.cdb tcp.smtp.cdb
expect 1 "*cannot read 'tcp.smtp.cdb': it is no whole CDB: *stale-database*compile it again*" relayrules check tcp.smtp
rm tcp.smtp.cdb

# ---- a whole one is known by its content
cp good.cdb rules
expect 0 "10.:allow
:deny" relayrules dump rules
expect 0 "10.1.2.3: allow
  key    10." relayrules lookup rules --ip 10.1.2.3
expect 0 "the same decision for every client" relayrules diff rules tcp.smtp
expect 0 "*not an open relay*" relayrules audit rules
expect 1 "*this is a compiled CDB, not rules*relayrules dump*1 error*" relayrules check rules --fix
cmp good.cdb rules
expect 3 "relayrules: cannot use 'rules': it is a CDB, not rules; 'relayrules dump' turns it into rules" relayrules compile rules -o new
mkdir folder
cp good.cdb folder/rules
cp tcp.smtp folder
expect 0 "*no findings in 1 file; 1 skipped*" relayrules check folder

# ---- whoever wrote it
printf '127.:allow,RELAYCLIENT=""\n10.1-9.:deny\n10.1-9.:allow\n=.example.com:deny\n=:allow\njoe@10.0.0.1:deny\n:allow\n' > many.tcp.smtp
for ((i = 0; i < 3000; i++)); do printf '192.0.%d.%d:deny\n' $((i / 250)) $((i % 250)); done >> many.tcp.smtp
relayrules compile -q --no-check many.tcp.smtp -o ours.cdb
relayrules dump ours.cdb > ours.txt
[ "$(wc -l < ours.txt)" = 3023 ] || fail "$(wc -l < ours.txt) rules were read back"
# as: the records of ours.cdb in the language of cdbmake and of cdb -c
as_records() {
  printf '+4,14:127.->+RELAYCLIENT=\0\n+2,2:1.->D\0\n+2,0:1.->\n+0,0:->\n\n'
}
skipped=""
for writer in "tcprules theirs.cdb theirs.tmp" "cdb -c theirs.cdb" "cdbmake theirs.cdb theirs.tmp"; do
  if ! command -v "${writer%% *}" > /dev/null; then
    skipped="$skipped ${writer%% *}"
    continue
  fi
  rm -f theirs.cdb
  if [ "${writer%% *}" = tcprules ]; then
    $writer < many.tcp.smtp
    relayrules dump theirs.cdb | cmp - ours.txt || fail "what tcprules wrote is read otherwise"
    : | $writer
    expect 0 "" relayrules dump theirs.cdb
    continue
  fi
  as_records | $writer
  expect 0 '127.:allow,RELAYCLIENT=""
1.:deny
1.:allow
:allow' relayrules dump theirs.cdb
  expect 0 "1.2.3.4: deny*" relayrules lookup theirs.cdb --ip 1.2.3.4
done

# ---- from standard input, as from a file; of another program, it is no place in the text beside it
printf '2001::allow\n:allow\n' > six.tcprules-ipv6
printf '127.:allow\n:allow\n' > four.tcp.smtp
relayrules compile --no-check six.tcprules-ipv6 -o six.cdb
[ "$(relayrules dump --program ucspi-tcp-ipv6 - < six.cdb)" = "$(cat six.tcprules-ipv6)" ] || fail "a database from standard input"
code=0
said=$(head -c 100 six.cdb | relayrules dump - 2>&1) || code=$?
[ "$code" = 3 ] && [[ $said == "relayrules: cannot read '<standard input>': it is no whole CDB"* ]] || fail "half a database from standard input: $said"
expect 3 "error: the record for key '2001:': tcpserver never asks for it*nothing can be * of 'six.cdb'*" relayrules diff four.tcp.smtp six.cdb
[ -z "$skipped" ] || skip "not installed:$skipped"
echo "all cases passed"
