#!/bin/bash
# The examples of relayrules-integration(7), taken out of the page as it is shown, do what the page says. Hooks, the workflow and the move
# from inetd have scripts of their own.
source "$SOURCE/tests/end_to_end/begin.bash"
needs mandoc make
page=relayrules-integration.7

# ---- the Makefile: twice, and a file without an extension; blanks in front of its lines are no harm
page_example $page MAKE 1 > Makefile
printf '10.:allow,RELAYCLIENT=""\n:allow\n' | tee lan.tcp.smtp > tcp.smtp
make -s > said 2>&1 || fail "make: $(cat said)"
touch -d '1 minute ago' ./*.cdb
for file in tcp.smtp lan.tcp.smtp; do printf '192.168.1.:allow,RELAYCLIENT=""\n' >> $file; done
sed -i 's/^/    /' Makefile
make -s > said 2>&1 || fail "make, after an edit: $(cat said)"
for file in tcp.smtp lan.tcp.smtp; do
  relayrules compile --no-check $file -o expected
  cmp expected $file.cdb || fail "make did not compile $file again"
done
[[ $(make) == *"Nothing to be done"* ]] || fail "make compiles what did not change"
make -s check > said 2>&1 || fail "make check: $(cat said)"
touch -d '1 minute ago' ./*.cdb
printf '10:allow,RELAYCLIENT=""\n:allow\n' > lan.tcp.smtp
! make -s > said 2>&1 || fail "make compiles what the check refuses"
grep -q 'RR301 prefix-without-dot' said || fail "make does not say why: $(cat said)"
cmp expected lan.tcp.smtp.cdb || fail "a refused file changed the database"

rm ./*.cdb expected

# ---- what Flymake and Flycheck are told of a line; their expressions have + where those of grep have \+
page_example $page EDITORS 2 | sed 's/]+/]\\+/g' > pattern
relayrules check --format gcc lan.tcp.smtp > lines && fail "the file is in order"
[ "$(wc -l < lines)" = 1 ] || fail "not one line: $(cat lines)"
grep -qf pattern lines || fail "Emacs does not understand $(cat lines)"
page_example $page EDITORS 4 > unsaved
expect 1 "tcp.smtp:1:1: warning: *" sh -c "$(cat unsaved) < lan.tcp.smtp"

# ---- Vim's list of errors
page_example $page EDITORS 1 > vimrc
vim_list() { timeout 20 vim -e -s -N -u vimrc "$1" -c 'silent make' -c 'redir! > said' -c 'silent clist' -c 'redir END' -c 'qa!' > /dev/null < /dev/null; }
if command -v vim > /dev/null; then
  vim_list lan.tcp.smtp || fail "vim: exit code $?"
  grep -q '^ *1 lan.tcp.smtp:1 col 1 warning: .10. can never match a client' said || fail "vim lists $(cat said)"
  printf 'ALL EXCEPT x\n' > hosts.allow
  vim_list hosts.allow || fail "vim: exit code $?"
  grep -q '^ *1 hosts.allow:1 col [0-9]* error: ' said || fail "vim lists $(cat said)"
  rm hosts.allow
fi

# ---- old files
rm Makefile
page_example $page "OLD FILES" 1 > baseline
sh -e baseline > said 2>&1 || fail "the baseline: $(cat said)"
printf '127:allow,RELAYCLIENT=""\n' >> lan.tcp.smtp
! sh -c "$(tail -1 baseline)" > said || fail "the baseline takes what is new"

# ---- completion
page_example $page "SHELL COMPLETION" 1 > completion
bash -c "$(cat completion); complete -p relayrules" > said || fail "the shell does not complete"
command -v vim > /dev/null || skip "vim is not installed; all but its part is tested"
