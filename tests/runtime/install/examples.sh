#!/bin/bash
# Usage: examples.sh RUNTIME-BUILD-DIRECTORY TOOLS SOURCE
# The programs of examples/library, built as their first lines say: the wrapper under the real tcpserver, the daemon
# while its rules are replaced, and the plugin in the real mailfront, which answers as mailfront's own plugins do.
set -euo pipefail
build=$1 tools=$2 examples=$3/examples/library
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}
skip() {
  echo "SKIPPED: $*"
  [ "${CI:-}" != true ] || exit 1
  exit 77
}
same() { [ "$2" = "$3" ] || fail "$1: '$2' instead of '$3'"; }

for program in tcpserver mailfront gcc; do command -v "$program" >/dev/null || skip "$program is not installed"; done
[ -e /usr/include/bglibs/str.h ] || skip "libbg-dev is not installed"

cmake --install "$build" --prefix "$work/prefix" >log 2>&1 || fail "$(cat log)"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name relayrules.pc)")
export PKG_CONFIG_PATH
LD_LIBRARY_PATH=$(pkg-config --variable=libdir relayrules)
export LD_LIBRARY_PATH

# build NAME: runs the command that stands behind its first line, here.
build() {
  local command
  command=$(sed -n 's/^[/ *]*\(\(cc\|c++\) .*\)$/\1/p' "$examples/$1" | head -1)
  [ -n "$command" ] || fail "$1 does not say how it is built"
  cp "$examples/$1" .
  eval "${command/ -o / -Wall -Wextra -Werror -o }" || fail "$command"
}
for example in wrapper.c daemon.cpp mailfront-relayrules.c; do build "$example"; done

printf '127.0.0.1:allow,RELAYCLIENT=""\n127.0.0.2:deny\n:allow\n' >rules
"$tools/tcprules" rules.cdb tmp <rules
mkdir control
echo ours.example >control/rcpthosts

# wrapper: what the program behind it sees, and the log
# shellcheck disable=SC2016  # the inner shell expands it
seen() { RELAYCLIENT=inherited TCPREMOTEIP=$1 ./wrapper rules.cdb sh -c 'echo "${RELAYCLIENT-none}"' 2>log || echo "exit $?"; }
same "a relay client" "$(seen 127.0.0.1)" ""
same "its log" "$(sed 's/ [0-9]* / PID /' log)" "wrapper: ok PID :: :127.0.0.1:: relay=yes rule=127.0.0.1"
same "a denied client" "$(seen 127.0.0.2)" "exit 100"
same "any other client" "$(seen 127.0.0.3)" "none"
same "a client without an address" "$(seen '')" "exit 111"
same "no rules" "$(TCPREMOTEIP=127.0.0.1 ./wrapper none.cdb true 2>&1 || echo "exit $?")" \
  "wrapper: none.cdb: No such file or directory
exit 111"
timeout 20 tcpserver -1HRl0 127.0.0.1 0 ./wrapper rules.cdb sh -c 'echo "relay <${RELAYCLIENT-none}>"' >port 2>/dev/null &
for _ in $(seq 50); do grep -q '^[0-9]' port 2>/dev/null && break; sleep 0.1; done
exec 3<>"/dev/tcp/127.0.0.1/$(grep '^[0-9]' port)"
same "tcpserver's client" "$(cat <&3)" "relay <>"
exec 3<&-
kill %1 2>/dev/null || true

# daemon: what becomes of mail, and of it once the rules are others
mkfifo questions
./daemon rules.cdb control <questions >answers &
exec 4>questions
await() {
  for _ in $(seq 100); do [ "$(wc -l <answers)" -ge "$1" ] && return; sleep 0.05; done
  fail "the daemon gave no answer $1"
}
printf '127.0.0.1 u@other.example\n127.0.0.2 u@ours.example\n127.0.0.3 u@ours.example\n127.0.0.3 u@other.example\n' >&4
await 4
echo ':deny' | "$tools/tcprules" rules.cdb tmp
sleep 0.5
echo '127.0.0.1 u@ours.example' >&4
await 5
exec 4>&-
wait %2
same "the daemon" "$(cat answers)" "250 a rule lets the client relay
554 denied
250 the recipient's domain is listed
553 the recipient's domain is not listed, and the client may not relay
554 denied"
"$tools/tcprules" rules.cdb tmp <rules

# plugin: mailfront's answers to the four cells and to odd addresses, by its own plugins and by ours. (Only
# mailfront refuses a recipient without a domain, which qmail delivers, and says 550 where qmail says 553.)
mkdir modules
ln -s /usr/lib/mailfront/*.so plugin-relayrules.so modules/ 2>/dev/null || ln -s /usr/lib/mailfront/*.so modules/
cp -f plugin-relayrules.so modules/
talk() {
  local ip=$1 plugins=$2
  shift 2
  {
    printf 'EHLO test\r\n'
    for recipient in 'u@ours.example' 'u@other.example' 'u@OURS.example' 'u@x.ours.example' 'u@x@ours.example' \
      'u%other.example@ours.example' '@ours.example:u@other.example'; do
      printf 'MAIL FROM:<s@sender.example>\r\nRCPT TO:<%s>\r\nRSET\r\n' "$recipient"
    done
    printf 'QUIT\r\n'
  } | env "$@" MODULE_PATH="$work/modules" RULES="$work/rules.cdb" CONTROL="$work/control" QMAILHOME="$work" TCPREMOTEIP="$ip" PROTO=TCP \
    TCPLOCALIP=127.0.0.1 mailfront smtp echo $plugins 2>>mailfront.log | tr -d '\r' | cut -c1-3 | sed 's/550/553/' | tr '\n' ' '
}
same "a stranger's mail" "$(talk 127.0.0.3 relayrules)" "$(talk 127.0.0.3 'relayclient qmail-validate')"
same "a relay client's mail" "$(talk 127.0.0.1 relayrules)" "$(talk 127.0.0.1 'relayclient qmail-validate' RELAYCLIENT=)"
[[ $(talk 127.0.0.3 relayrules) == *553* ]] || fail "a stranger may relay: $(talk 127.0.0.3 relayrules)"
[[ $(talk 127.0.0.1 relayrules) != *553* ]] || fail "a relay client may not relay"
[[ $(talk 127.0.0.2 relayrules) == *554* ]] || fail "a denied client is served"
# plugins behind it see the RELAYCLIENT of the rule and none that was inherited: require-auth lets relay clients pass
[[ $(talk 127.0.0.1 'relayrules require-auth') != *530* ]] || fail "a plugin behind it does not see RELAYCLIENT"
[[ $(talk 127.0.0.3 'relayrules require-auth' RELAYCLIENT=@inherited) == *530* ]] || fail "an inherited RELAYCLIENT outlives it"
mv rules.cdb away
[[ $(talk 127.0.0.1 relayrules) == *451* ]] || fail "without rules mail is taken: $(talk 127.0.0.1 relayrules)"
echo "built, run and asked"
