#!/bin/bash
# Nothing is quoted from a file that nobody named. A hosts.allow, an expectation file or a link in a folder may lead to any file that the caller may
# read, and the caller is often root: every command in every format is run on such leads to files with a canary in them, and never sings.
source "$SOURCE/tests/end_to_end/begin.bash"

mkdir -p outside office/control office/links
# what may stand in a file that somebody wants to read: the words of each line are patterns, rules, settings, domains or no such thing
cat > outside/secret << 'END'
canary:$6$saltcanary$hashcanary:19000:0:99999:7:::
canary .canary.example canary.example.com canary* [canary] canary/24 canary@canary #canary canary, EXCEPT
=canary.example.com:allow,RELAYCLIENT="canary"
canary@=canary.example:deny
canary = "canary"
rules canary daemon=canary
canary.example.com
/canary/canary
END
# as above, where each line is right in its format
printf 'canary.example.com\n.canary.example canary*\n' > outside/names
printf '203.0.113.77 203.0.113.128/25\n203.0.113.9.\n/nowhere/203.0.113.5\n' > outside/addresses
printf '=canary.example.com:allow,RELAYCLIENT="canary"\ncanary@=canary.example:deny\ncanary:allow\n:deny,CANARY="canary"\n' > outside/rules
printf '[check]\nselect = ["canary"]\ncanary = 1\n' > outside/settings
printf 'canary : canary.example : setenv CANARY canary\nALL : ALL\n' > outside/hosts
printf 'any allow # canary\ncanary allow\n' > outside/expectations
relayrules compile -q --no-check --from tcprules outside/rules -o outside/rules.cdb
printf '10.:allow,RELAYCLIENT=""\n:allow\n' > tcp.smtp
printf '127.:allow,RELAYCLIENT=""\n:allow\n' > good.tcp.smtp
printf '10.1.2.3\tdesk.example.org\n' > clients

# silent COMMAND...: ends in time, and nothing of what it says or writes (into new, new.cdb) is a canary, or a documentation address.
runs=0
silent() {
  local code=0
  rm -f new new.cdb
  timeout 20 "$@" > out.txt 2> err.txt < "${input:-/dev/null}" || code=$?
  [ "$code" -le 3 ] || fail "$*: exit code $code ($(cat err.txt))"
  [ ! -e new.cdb ] || relayrules dump new.cdb > new 2>> err.txt || true
  for file in out.txt err.txt new; do
    [ ! -e "$file" ] || ! grep -aiqE "${canary:-canary}" "$file" || fail "$*: showed $(grep -aiE "${canary:-canary}" "$file" | head -3)"
  done
  runs=$((runs + 1))
}
# heard PATTERN: the last command said so.
heard() { grep -aq -- "$1" err.txt out.txt || fail "nobody said '$1': $(cat err.txt out.txt)"; }

# every_command FILE...: all commands that read rules, in all formats. Options stand in $options.
every_command() {
  local format
  for format in text json sarif github gcc checkstyle; do
    silent relayrules check "$@" $options --all --format "$format"
    silent relayrules check "$@" $options --select RR1,RR2,RR3,RR4,RR8 --format "$format" -o new
  done
  silent relayrules check "$@" $options -v --statistics
  silent relayrules check "$@" $options --diff
  silent relayrules check "$@" $options --write-baseline new
  silent relayrules compile "$@" $options -o new.cdb
  silent relayrules compile "$@" $options --fail-on never -o new.cdb
  silent relayrules compile "$@" $options --no-check --dry-run
  silent relayrules compile "$@" $options --no-check --show-diff -o new.cdb
  for format in text json; do
    silent relayrules lookup "$@" $options --ip 10.1.2.3 --host desk.example.org --info joe --format "$format"
    silent relayrules search "$@" $options --verdict allow --format "$format"
    silent relayrules search "$@" $options --verdict deny --format "$format"
    silent relayrules audit "$@" $options --forms --format "$format"
    for file in "$@"; do
      silent relayrules diff "$file" tcp.smtp $options --format "$format"
      silent relayrules diff tcp.smtp "$file" $options --format "$format" --summary
      silent relayrules replay "$file" tcp.smtp clients $options --format "$format"
      silent relayrules replay tcp.smtp "$file" clients $options --format "$format"
    done
  done
  silent relayrules audit "$@" $options --format html -o new
  silent relayrules lookup "$@" $options --ip 10.1.2.3 --host desk.example.org --trace
  input=clients silent relayrules lookup "$@" $options -
  silent relayrules map "$@" $options -o new
  silent relayrules test --init "$@" $options
  for file in "$@"; do silent relayrules minimise "$file" $options -o new; done
}

# ---- files of patterns: read for what they mean, shown by their place
for file in secret names addresses rules hosts; do
  path=$PWD/outside/$file
  [ "$file" != addresses ] || canary='203\.0\.113\.(5|9)'  # of addresses proofs must speak; of what is none nobody may
  for clients in "$path" "ALL EXCEPT $path" "joe@$path" "10. $path EXCEPT $path"; do
    printf 'd : %s : setenv = RELAYCLIENT\nd : 10. : deny\n' "$clients" > office/hosts.allow
    options='--daemon d' every_command office/hosts.allow
  done
  unset canary
done
printf 'd : %s/outside/names %s/outside/addresses\n' "$PWD" "$PWD" > office/hosts.allow
printf '203.0.113.77\n\n203.0.113.128/25\n' > outside/addresses
expect 0 "10.1.2.3: allow
  key    line 1 of '$PWD/outside/names'
*" relayrules lookup office/hosts.allow --daemon d --ip 10.1.2.3 --host canary.example.com
expect 0 "*asked  line 1 of '$PWD/outside/addresses' *-
  asked  line 3 of '$PWD/outside/addresses' *found
203.0.113.129: allow
  key    line 3 of '$PWD/outside/addresses'
*" relayrules lookup office/hosts.allow --daemon d --ip 203.0.113.129 --trace
expect 3 "relayrules: cannot prove anything of 'office/hosts.allow': *names of a file of patterns*" \
  relayrules audit office/hosts.allow --daemon d
expect 1 "*a database has no key for line 1 of '$PWD/outside/names'*" relayrules compile office/hosts.allow --daemon d -o new.cdb
printf 'd : %s/outside/addresses\n' "$PWD" > office/hosts.allow
expect 0 "*203.0.113.77*" relayrules search office/hosts.allow --daemon d --in 203.0.113.77
printf 'd : %s/outside/secret\n' "$PWD" > office/hosts.allow
expect 1 "*error: a pattern in line 1 of '$PWD/outside/secret' matches nobody, or not whom it seems to*not shown, for nobody named it*
*the patterns of the file in line 8 of '$PWD/outside/secret' are not known: No such file*" \
  relayrules check office/hosts.allow --all
rm office/hosts.allow

# ---- links that lead out of a folder that was named
for target in secret names rules hosts settings expectations rules.cdb; do
  for name in tcp.smtp rcpthosts hosts.allow hosts.deny rules.expect old.rules notes; do
    ln -sf ../../outside/$target "office/links/$name"
  done
  options='' every_command office/links
  options='--from tcprules' every_command office/links
done
rm office/links/*
cp good.tcp.smtp office/links
ln -s ../../outside/secret office/links/notes
silent relayrules check office/links
heard "cannot read 'office/links/notes': it leads out of the folder 'office/links', and nobody named it on the command line"
expect 0 "*it leads out of the folder*no findings in 1 file*" relayrules check office/links
ln -s ../../outside/secret office/links/rcpthosts
expect 3 "*cannot read 'office/links/rcpthosts': it leads out of the folder 'office/links', and nobody named it on the command line*" \
  relayrules check office/links
# one that is named is followed, and so is one that stays in the folder
expect 1 "*canary*" relayrules check office/links office/links/rcpthosts
ln -sf good.tcp.smtp office/links/other.tcp.smtp
rm office/links/rcpthosts
expect 0 "*no findings in 2 files*" relayrules check office/links
rm office/links/*

# ---- settings: the nearest file, but no link that leads out of its folder
printf ':allow\n' > office/links/tcp.smtp
for target in secret settings rules; do
  ln -s ../../outside/$target office/links/.relayrules.toml
  options='' every_command office/links/tcp.smtp
  silent relayrules check office/links/tcp.smtp
  heard "cannot use 'office/links/.relayrules.toml': it leads out of its folder, and nobody named it with --config"
  options='--no-check' silent relayrules compile office/links/tcp.smtp -o new.cdb
  rm office/links/.relayrules.toml
done
expect 2 "*canary*" relayrules check tcp.smtp --select canary
rm office/links/tcp.smtp

# ---- a control folder of qmail
printf 'example.org\n' > outside/domains
for name in rcpthosts morercpthosts.cdb percenthack me localiphost envnoathost; do
  for target in secret names rules.cdb; do
    rm -f office/control/*
    printf 'example.org\n' > office/control/rcpthosts
    ln -sf ../../outside/$target "office/control/$name"
    for format in text json html; do silent relayrules audit office/control tcp.smtp --forms --format $format; done
    heard "cannot read 'office/control/$name': it leads out of the folder 'office/control'"
  done
done
rm -f office/control/*

# ---- what an expectation file leads to is read, and not shown unless it lies beside it
for rules in ../outside/secret ../outside/names ../outside/rules ../outside/hosts ../outside/rules.cdb link ../outside/rcpthosts; do
  ln -sf ../outside/rules office/link
  cp outside/secret outside/rcpthosts
  for more in '' ' from=tcprules' ' from=hosts_access' ' from=hosts_access daemon=d' ' ../tcp.smtp'; do
    printf 'rules %s%s\nany no-relay\n0.0.0.0/0 deny\nany host=mail.example.org relay env A=1\nrcpt=a@example.org accepted\n' "$rules" "$more" > office/odd.expect
    for format in text json junit; do silent relayrules test office/odd.expect --format $format; done
  done
done
printf 'rules ../outside/rules\n10.0.0.0/8 allow\nhost=.example.com deny\n' > office/odd.expect
expect 1 "FAIL  office/odd.expect:2: *0.0.0/8: deny, by office/../outside/rules:4*" relayrules test office/odd.expect
expect 1 "*canary*" relayrules test office/odd.expect --rules outside/rules
printf 'rules ../outside/secret from=tcprules\nany deny\n' > office/odd.expect
expect 3 "relayrules: 'office/../outside/secret' is in error, and is not shown, for nobody named it: 'relayrules check office/../outside/secret' tells more
*" relayrules test office/odd.expect
mkdir office/here
ln -s ../../outside/expectations office/here/x.expect
(cd office/here && silent relayrules test && heard "cannot read 'x.expect': it leads out of the folder '.'")

# ---- pipes and devices are refused in words, and nobody waits for them
for name in rcpthosts percenthack me tcp.smtp hosts.allow x.expect .relayrules.toml notes; do
  rm -rf office/control
  mkdir office/control
  printf 'example.org\n' > office/control/rcpthosts
  rm -f "office/control/$name"
  mkfifo "office/control/$name"
  options='' every_command office/control
  silent relayrules check "office/control/$name"
  heard "cannot read 'office/control/$name': it is a named pipe, not a file"
done
printf 'ALL : %s/office/control/notes\n' "$PWD" > pipe.hosts.allow
expect 1 "*the patterns of '*' are not known: it is a named pipe, not a file*" relayrules check pipe.hosts.allow
expect 3 "relayrules: cannot read '/dev/zero': it is a device, not a file" timeout 20 relayrules check --from tcprules /dev/zero
expect 3 "*cannot read 'office/control/notes': it is a named pipe*" timeout 20 relayrules diff office/control/notes tcp.smtp
expect 3 "relayrules: cannot read '/dev/zero': it is a device, not a file" timeout 20 relayrules replay tcp.smtp tcp.smtp /dev/zero
expect 0 "the same decision for every client" bash -c 'relayrules diff --from tcprules <(cat tcp.smtp) tcp.smtp'
expect 1 "*" relayrules check --from tcprules /dev/null

echo "all cases passed: $runs runs"
