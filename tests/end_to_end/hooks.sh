#!/bin/bash
# What Git runs before a commit: the names that the pre-commit hook takes, and the plain hook of relayrules-integration(7).
source "$SOURCE/tests/end_to_end/begin.bash"
needs mandoc git python3
page=relayrules-integration.7
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

# ---- by its name alone, a file is taken by the hook and by a check of the folder, or by neither; each format has its names
taken="tcp.smtp etc/tcp.smtp postfix/main.cf mail/sendmail.mc a/tcp.pop3 hosts.allow etc/hosts.deny control/rcpthosts morercpthosts
  $(sed -n 's/^ *\.file_patterns = "\(.*\)",$/\1/p' "$SOURCE"/lib/formats/*.cpp | sed 's/\*/x-/g' | tr '\n' ' ')"
[[ $taken == *x-.tcprules-ipv6*x-tcp.imaps* ]] || fail "the names of the formats were not found: $taken"
left="tcp.smtp.expect tcp.smtp.cdb tcp.c tcp.h docs/tcp.md docs/tcp.smtp.html firewall.rules 70-net.rules tcp.smtp.j2 hosts.allow.erb
  README.md Makefile src/rcpthosts.c hosts.allow.d-note tcp.smtp~ x.rules domain.cf"
# shellcheck disable=SC2086
python3 - "$SOURCE/.pre-commit-hooks.yaml" $taken $left > by_hook << 'END'
import re, sys
pattern = re.search(r"^  files: '(.*)'$", open(sys.argv[1]).read(), re.M).group(1)
for name in sys.argv[2:]:
    if re.search(pattern, name):
        print(name)
END
printf '%s\n' $taken | sort > expected
diff expected <(sort by_hook) || fail "the hook takes other names"
mkdir folder
(cd folder && for name in $taken $left; do mkdir -p "$(dirname "$name")"; echo '# nothing that tells' > "$name"; done)
(cd folder && relayrules check -v . 2>&1 | sed -n 's|^\([^ ]*\): [a-z0-9_.-]*$|\1|p' | sort -u) > by_folder || true
diff expected by_folder || fail "a check of the folder takes other names"

# ---- in a folder, a name that others have, too, needs a text that is proof; where the user names the file it does not
mkdir mixed
printf 'int main(void) { return 0; }\n' > mixed/tcp.c
printf -- '-A INPUT -s 10.0.0.0/8 -j ACCEPT\n' > mixed/firewall.rules
printf '{%% for n in nets %%}\n{{ n }}:allow\n{%% endfor %%}\n:deny\n' > mixed/tcp.smtp.j2
printf '10.:allow,RELAYCLIENT=""\n:deny\n' | tee mixed/office.rules mixed/tcp.smtp-old > mixed/tcp.smtp
expect 0 "mixed/office.rules: tcprules
mixed/tcp.smtp: tcprules
mixed/tcp.smtp-old: tcprules
mixed/firewall.rules: skipped, no rule file
mixed/tcp.c: skipped, no rule file
mixed/tcp.smtp.j2: skipped, no rule file*" relayrules check -v mixed
rm mixed/office.rules mixed/tcp.smtp-old
expect 0 "10.1.2.3: allow, may send to any domain*" relayrules lookup mixed --ip 10.1.2.3
expect 1 "mixed/tcp.c:1:1: error: *" relayrules check mixed/tcp.c
expect 3 "*cannot tell the format of 'mixed/tcp.smtp.j2': it is a template; give the rules that are made of it" \
  relayrules check mixed/tcp.smtp.j2

# ---- files of this folder are called as they are, however it is named: that is how annotations and code scanning find them
for here in . ./; do
  expect 0 "tcp.smtp: tcprules*" sh -c "cd mixed && relayrules check -v $here"
  expect 0 '*"uri":"tcp.smtp"*' sh -c "cd mixed && relayrules check --format sarif $here"
done

# ---- the plain hook looks at what is committed, and not at an old database that is none of it
git init -q repository
cd repository
page_example $page PRE-COMMIT 2 > .git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
good='10.:allow,RELAYCLIENT=""\n:deny\n'
bad='10:allow,RELAYCLIENT=""\n:deny\n'
printf '*.cdb\n' > .gitignore
printf '%b' "$good" > tcp.smtp
printf ':deny\n' | relayrules compile --from tcprules - -o tcp.smtp.cdb
git add .
git commit -qm first > ../said 2>&1 || fail "a good commit beside an old database: $(cat ../said)"
printf '%b' "$bad" > tcp.smtp
git add tcp.smtp
printf '%b' "$good" > tcp.smtp
! git commit -qm second > ../said 2>&1 || fail "what is staged is bad, and was committed"
grep -q '^tcp.smtp:1:1: warning: .*RR301' ../said || fail "the hook does not say why: $(cat ../said)"
git add tcp.smtp
printf '%b' "$good# and more\n" > tcp.smtp
git add tcp.smtp
printf '%b' "$bad" > tcp.smtp
git commit -qm second > ../said 2>&1 || fail "what is staged is good: $(cat ../said)"
! git commit -qam third > ../said 2>&1 || fail "commit -a goes past the hook"
! git commit -qm third tcp.smtp > ../said 2>&1 || fail "a commit of one file goes past the hook"
[ "$(git rev-list --count HEAD)" = 2 ] || fail "not two commits"
cd ..

# ---- pre-commit itself, with the hook of this project as the page has it
command -v pre-commit > /dev/null || skip "pre-commit is not installed; all but its own run is tested"
git init -q hooks
cp "$SOURCE/.pre-commit-hooks.yaml" hooks
git -C hooks add .
git -C hooks commit -qm hooks
cd repository
page_example $page PRE-COMMIT 1 | sed "s|/usr/local/src/relayrules|$(readlink -f ../hooks)|" > .pre-commit-config.yaml
rm .git/hooks/pre-commit
git add .pre-commit-config.yaml
printf 'int x;\n' > tcp.c
git add tcp.c
! pre-commit run --all-files > ../said 2>&1 || fail "pre-commit lets through: $(cat ../said)"
grep -q 'tcp.smtp:1:1: warning' ../said || fail "pre-commit does not say why: $(cat ../said)"
git checkout -q tcp.smtp
pre-commit run --all-files > ../said 2>&1 || fail "pre-commit refuses: $(cat ../said)"
