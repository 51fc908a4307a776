#!/bin/bash
# The EXAMPLES of relayrules(1), tcprules(1) and tcprulescheck(1), and the worked one of relayrules-rules(5), taken out of the pages as they are
# shown. Each of the first is run twice: what works the first time only, when no database is there yet, is no example.
source "$SOURCE/tests/end_to_end/begin.bash"
needs mandoc

printf '# the office\n192.168.1.:allow,RELAYCLIENT=""\n:allow\n' > tcp.smtp
printf 'localhost\nexample.com\n' > rcpthosts
printf 'tcp-env : 192.168.1. : setenv = RELAYCLIENT\n' > hosts.allow

# example NUMBER PATTERN: that of relayrules(1), in front of a database that was made of older rules.
example() {
  page_example relayrules.1 EXAMPLES "$1" > command
  for _ in first second; do
    rm -f tcp.smtp.expect
    printf '10.:allow,RELAYCLIENT=""\n192.168.1.:allow,RELAYCLIENT=""\n:allow\n' | relayrules compile - -o tcp.smtp.cdb
    expect 0 "$2" sh -e command
  done
}
holds() { expect 0 "$2: allow, $3*" relayrules lookup "$1" --ip "$2"; }

example 1 ""
holds tcp.smtp.cdb 10.1.2.3 "may send only to the domains that are listed"
example 2 ""
holds tcp.smtp.cdb 127.0.0.1 "may send to any domain"
example 3 "*asked  192.168.1.7*key    192.168.1.*"
example 4 '{"ip":"192.168.1.7","host":"pc.example.com",*"relay":true}
{"ip":"203.0.113.5",*"relay":false}'
page_example relayrules.1 EXAMPLES 5 > command
expect 0 "the same decision*" sh -c 'relayrules compile tcp.smtp -o tcp.smtp.cdb; sh -e command'
example 6 "*10.0.0.0/8*192.168.1.0/24*"
example 7 "*rcpthosts*pass*192.0.2.1: mail to u@example.org is refused*reply  553 *"
example 8 "*ok *192.168.1.0/24 relay  # the office*0 failed"
example 9 ""
holds tcp.smtp.cdb 192.168.1.7 "may send to any domain"
example 10 ""
! (page_example relayrules.1 EXAMPLES 11) > said || fail "an example is not tried: $(cat said)"

# console: each line "$ COMMAND" says what stands behind it.
console() {
  page_example "$1" EXAMPLES 1 > shown
  while IFS= read -r line; do
    echo "$line"
    [[ $line != '$ '* ]] || sh -c "${line#$ }" 2>&1 || true
  done < <(grep '^\$ ' shown) > said
  diff shown said || fail "$1 shows something else"
}
console tcprulescheck.1
page_example tcprules.1 EXAMPLES 1 > command
sh -e command
holds tcp.smtp.cdb 192.168.1.7 "may send to any domain"

# ---- the worked example of relayrules-rules(5): what is asked, and which line answers
page_example relayrules-rules.5 "THE ORDER" 1 | sed 's/^[0-9]  //' > worked.tcp.smtp
# traced NUMBER OPTION...: the look-up asks as this example says.
traced() {
  page_example relayrules-rules.5 "THE ORDER" "$1" | sed -E 's/ {2,}/\t/' > shown
  shift
  relayrules lookup worked.tcp.smtp --trace "$@" > said
  sed -nE 's/^  asked  (.*[^ ]) +(-|found)$/\1/p' said | diff <(cut -f1 shown) - || fail "$*: other keys are asked"
  [ "$(tail -1 shown | sed -E 's/.*line ([0-9]+): .*/\1/')" = "$(sed -nE 's/^  rule   [^:]*:([0-9]+): .*/\1/p' said)" ] || fail "$*: $(cat said)"
  grep -q ": $(tail -1 shown | sed 's/.*: //')" said || fail "$*: another verdict"
}
traced 2 --ip 192.0.2.9 --host pc.example.com
traced 3 --ip 192.0.2.9 --host mail.example.com --info joe
traced 4 --ip 203.0.113.5 --host pc.example.com
traced 5 --ip 203.0.113.5 --host www.example.org --info joe
