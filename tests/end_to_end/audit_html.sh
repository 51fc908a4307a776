#!/bin/bash
# The page of relayrules audit: it says what the text says, takes nothing from files for markup, and fits a phone in a real browser.
# Without Chromium that last part says SKIPPED and the test ends with 77; where CI=true is set it fails.
source "$SOURCE/tests/end_to_end/begin.bash"

relayrules audit "$SOURCE/rules/lan-relay.tcp.smtp" "$SOURCE/rules/rcpthosts" --forms --format html -o closed.html || fail "exit code $? for a closed server"
for words in '<h1>Not an open relay</h1>' '<td class="good"><strong>REFUSED</strong>' 'id="forms"' 'class="ipv4-map"' '[RR404 private-net-relay]'; do
  grep -qF "$words" closed.html || fail "the page of a closed server lacks $words"
done

rules='<script>open.tcp.smtp'
printf ':allow,RELAYCLIENT="",X="</title><script>alert(1)</script>"\n=.<b>&x:allow,RELAYCLIENT=""\n10.:allow\n' > "$rules"
printf 'example.com\n<img>.com\n.co.uk\n' > rcpthosts
code=0
relayrules audit "$rules" rcpthosts --format html > open.html || code=$?
[ "$code" = 1 ] || fail "exit code $code for an open relay"
grep -qF '<h1>Open relay</h1>' open.html || fail "an open relay is not called one"
grep -qF '&lt;script&gt;open.tcp.smtp:1' open.html || fail "the rule is not named"
! grep -qE '<(script|img|b>)|https?://[^w]' open.html || fail "text from files became markup, or something is fetched"
code=0
relayrules audit rcpthosts --format html -o rcpthosts 2> said || code=$?
[ "$code" = 2 ] || fail "a file that is read was taken for the output"
printf '127.:allow\n:deny' > unended.tcp.smtp
relayrules audit unended.tcp.smtp --format html > said
grep -qF '[RR112 missing-final-newline]' said || fail "the page lacks what was found when the rules were read"

needs chromium
# look PAGE WIDTH EXPRESSION: what it is in a frame of that width, because the browser's own window is never as narrow as a phone
look() {
  printf '<!doctype html><iframe src="%s" width="%s" height="900" onload="const d=this.contentDocument.documentElement;document.body.innerHTML=`<p id=answer>${%s}</p>`"></iframe>' "$@" > frame.html
  chromium --headless --no-sandbox --disable-gpu --no-first-run --allow-file-access-from-files --user-data-dir="$PWD/profile" \
    --virtual-time-budget=10000 --window-size=1800,1000 --dump-dom "file://$PWD/frame.html" 2> chromium.log > dom
  rm -rf profile
  grep -q '<p id="answer">true</p>' dom || fail "$1 at a width of $2: $(grep -o '<p id.*</p>' dom || tail -n 3 chromium.log)"
}
look open.html 360 'd.scrollWidth &lt;= d.clientWidth'
for width in 800 1600; do # every table is whole there
  look closed.html "$width" "d.querySelectorAll('.wide').length &gt;= 3 &amp;&amp; Array.from(d.querySelectorAll('.wide')).every(w=>w.scrollWidth &lt;= w.clientWidth)"
done
echo "all cases passed"
