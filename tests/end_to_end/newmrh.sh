#!/bin/bash
# compile --target morercpthosts writes what qmail-newmrh writes, or nothing: held against tinycdb, and against the sums of databases that the
# real program wrote, where these are.
source "$SOURCE/tests/end_to_end/begin.bash"
needs cdb python3

# ---- lower case, the end trimmed, '#' only in the first column, duplicates kept, no values
printf '# ours\nExample.ORG \t\n\n.Sub.Example\n lead.example\nexample.org\n \t\nlast.example' > morercpthosts
printf '+11,0:example.org->\n+12,0:.sub.example->\n+13,0: lead.example->\n+11,0:example.org->\n+12,0:last.example->\n\n' | cdb -c expected.cdb
relayrules compile -q --no-check --target morercpthosts morercpthosts -o morercpthosts.cdb
cmp expected.cdb morercpthosts.cdb || fail "another database than qmail-newmrh's"
relayrules compile -q --no-check --target morercpthosts - -o - < morercpthosts | cmp - expected.cdb || fail "standard output differs"
expect 0 "would write 'x.cdb': 5 records, 2227 bytes" relayrules compile -q --no-check --dry-run --target morercpthosts morercpthosts -o x.cdb
printf 'Example.ORG\n' > a
printf '.sub.example\n lead.example\nexample.org\nlast.example\n' > b
relayrules compile -q --no-check --target morercpthosts a b -o two.cdb
cmp expected.cdb two.cdb || fail "two files are not one list"

# ---- nothing is written of what is in error, and the old database stays
for text in 'example.net\r\n' 'a.example\0b.example\n'; do
  # shellcheck disable=SC2059
  printf "$text" > bad
  expect 1 "bad:1:*relayrules: 'morercpthosts.cdb' was not written" relayrules compile --no-check --target morercpthosts bad -o morercpthosts.cdb
done
expect 1 "*reversed.exmaple*relayrules: 'morercpthosts.cdb' was not written" \
  relayrules compile --fail-on note --target morercpthosts <(printf 'reversed.exmaple/24\n') -o morercpthosts.cdb
cmp expected.cdb morercpthosts.cdb || fail "the old database was touched"
expect 3 "*cannot open 'missing'*" relayrules compile --target morercpthosts missing -o morercpthosts.cdb
expect 2 "*one of the files to read; the database needs another name" relayrules compile --no-check --target morercpthosts morercpthosts -o morercpthosts
expect 2 "relayrules: morercpthosts is made of a list of domains: leave out --from or --target" \
  relayrules compile --from tcprules --target morercpthosts a -o x.cdb
expect 2 "relayrules: --show-diff and --confirm-widening are about clients, and morercpthosts.cdb is not" \
  relayrules compile --show-diff --target morercpthosts a -o x.cdb
[ ! -e x.cdb ] || fail "x.cdb was written"

# ---- sums of qmail-newmrh's databases; a CR or a NUL may be refused, for it makes an entry that never matches
judged=${RELAYRULES_JUDGED:-$SOURCE/../shared/judged}/notqmail_rcpthosts.jsonl
if [ ! -e "$judged" ]; then
  echo "SKIPPED: the sums, for there is no collection of databases that qmail-newmrh wrote"
  exit 0
fi
python3 - "$judged" << 'END' || fail "not as qmail-newmrh"
import hashlib, json, subprocess, sys

compared = 0
for line in open(sys.argv[1]):
    judged = json.loads(line)
    if 'cdb_sha256' not in judged:
        continue
    text = judged['files']['morercpthosts'].encode('latin-1')
    command = ['relayrules', 'compile', '-q', '--no-check', '--target', 'morercpthosts', '-', '-o', '-']
    done = subprocess.run(command, input=text, capture_output=True)
    if done.returncode == 1 and (b'\r' in text or b'\0' in text):
        continue
    if hashlib.sha256(done.stdout).hexdigest() != judged['cdb_sha256']:
        sys.exit('%s: exit code %d, another database' % (judged['id'], done.returncode))
    compared += 1
print(compared, 'databases are the same')
sys.exit(compared < 20)
END
