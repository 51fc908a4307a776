#!/bin/bash
# The servers in examples/: each answers every question of its questions.jsonl as its owner wants, and what site.expect
# says is proved.
source "$SOURCE/tests/end_to_end/begin.bash"
needs python3

# site NAME OPTION...: asks all questions about it.
site() {
  local name=$1 questions=$SOURCE/examples/$1/questions.jsonl
  shift
  relayrules lookup "$SOURCE/examples/$name" "$@" - < "$questions" > answers || fail "$name: exit code $?"
  python3 - "$questions" answers << 'END' || fail "$name does not do what its owner wants"
import json, sys

questions, answers = ([json.loads(line) for line in open(name)] for name in sys.argv[1:])
wrong = [(question, answer) for question, answer in zip(questions, answers, strict=True)
         if question['expected'] != answer['outcome'] or (answer['accepted'] != (answer['outcome'] == 'accepted'))]
for question, answer in wrong:
    print(json.dumps(question), 'but', json.dumps(answer))
sys.exit(len(questions) < 8 or len(wrong) > 0)
END
}

for name in pop-before-smtp own-domain freebsd-sendmail sbs-2003; do
  relayrules test "$SOURCE/examples/$name/site.expect" > proved || fail "$name: $(cat proved)"
  grep -q '^[5-9] passed, 0 failed$' proved || fail "$name: $(tail -1 proved)"
done
site pop-before-smtp --program qmail --from hosts_access --daemon tcp-env
site own-domain --program qmail
site sbs-2003
site freebsd-sendmail

# ---- the picture is one of the rules about clients: where several tables decide together there is none
relayrules audit --format html "$SOURCE/examples/own-domain" > page || fail "own-domain has no page"
grep -q 'All IPv4 addresses' page || fail "the page of own-domain has no picture"
relayrules audit --format html "$SOURCE/examples/freebsd-sendmail" > page || fail "freebsd-sendmail has no page"
! grep -q 'All IPv4 addresses' page || fail "the page of freebsd-sendmail has a picture of one of its tables"

# ---- and what one table does is no expectation either
expect 3 "*cannot write expectations of '*': of this server only mail is asked; write lines such as *" \
  relayrules test --init "$SOURCE/examples/freebsd-sendmail"
