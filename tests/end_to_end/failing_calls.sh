#!/bin/bash
# How a file is replaced, call by call: in which order, and what is left when any of these calls fails or a signal comes
# behind it. The programs run with failing_calls.c in front of the C library.
source "$SOURCE/tests/end_to_end/begin.bash"

interposer=$BUILD/tests/failing_calls.so
[ -e "$interposer" ] || fail "$interposer is missing: build all first"
# sanitizers want to be loaded first
export ASAN_OPTIONS=verify_asan_link_order=0:${ASAN_OPTIONS:-}
root=$([ "$(id -u)" != 0 ] || echo yes)

# enough rules for more than one write
for ((i = 0; i < 300; i++)); do echo "10.1.$((i % 250)).$((i / 250)):allow,A=\"$i\""; done > rules.tcp.smtp
echo ':deny' >> rules.tcp.smtp
relayrules compile --no-check rules.tcp.smtp -o new
printf ':deny\n' | tcprules old old.tmp
mkdir place

# run VARIABLES... -- PROGRAM: the program replaces place/rules.cdb with these variables for failing_calls.c. Its exit code
# is in `code`, what it says in `said`, the calls in `calls`.
run() {
  local variables=(CALLS_LOG=log "LD_PRELOAD=$interposer")
  while [ "$1" != -- ]; do variables+=("$1"); shift; done
  rm -f log place/* place/.[!.]*
  [ "$target" = missing ] || cp old place/rules.cdb
  if [ -n "$root" ] && [ "$target" = stands ]; then chown 1234:2345 place/rules.cdb; fi
  code=0
  local command=(relayrules compile -q --no-check rules.tcp.smtp -o place/rules.cdb)
  [ "$2" = relayrules ] || command=(tcprules place/rules.cdb place/rules.tmp)
  said=$(env "${variables[@]}" "${command[@]}" 2>&1 < rules.tcp.smtp) || code=$?
  calls=$(cat log)
}

is_old() { if [ "$target" = missing ]; then [ ! -e place/rules.cdb ]; else cmp -s old place/rules.cdb; fi; }
is_new() { cmp -s new place/rules.cdb; }
# nothing lies beside the file
is_alone() { [ -z "$(find place -mindepth 1 ! -name rules.cdb)" ]; }

# replaces PROGRAM UNNAMED TARGET CALLS...: the calls in their order, each once, as they are when nothing fails; then each of
# them fails, and each is followed by a signal. UNNAMED is "no" for a file system without unnamed files.
replaces() {
  local program=$1 unnamed=$2 target=$3 expected number call
  shift 3
  expected=$(printf '%s\n' "$@")
  run "CALLS_UNNAMED=$unnamed" -- "$program"
  [ "$code$said" = 0 ] || fail "$program $unnamed $target: exit code $code, said '$said'"
  is_new || fail "$program $unnamed $target: not replaced"
  is_alone || fail "$program $unnamed $target: left behind: $(ls -A place)"
  # the list is removed only where the file system knows access lists
  [ "$(grep -v fremovexattr <<< "$calls" | uniq)" = "$expected" ] ||
    fail "$program $unnamed $target: other calls, or another order: $(uniq <<< "$calls")"
  number=0
  while read -r call; do
    number=$((number + 1))
    fails "$program" "$unnamed" "$target" $number "$call"
    for signal in 15 9; do is_signalled "$program" "$unnamed" "$target" $number "$call" $signal; done
  done <<< "$calls"
}

# fails PROGRAM UNNAMED TARGET NUMBER CALL: the old file stands, nothing lies beside it, and it is said.
fails() {
  local what="$1 $2 $3: '$5' (call $4) fails" target=$3
  run "CALLS_UNNAMED=$2" "CALLS_FAIL=$4" -- "$1"
  if [ "$1" = relayrules ]; then
    [ "$code" = 3 ] || fail "$what: exit code $code, said '$said'"
    [[ $said == "relayrules: cannot "*"rules.cdb': Input/output error"* ]] || fail "$what: said '$said'"
  else
    [ "$code" = 111 ] || fail "$what: exit code $code, said '$said'"
    [[ $said == "tcprules: fatal: unable to "*": input/output error" ]] || fail "$what: said '$said'"
  fi
  is_alone || fail "$what: left behind: $(ls -A place)"
  if [ "$5" = "fsync folder" ]; then
    is_new || fail "$what: the new version is not in place"
    [[ $said == *"; the new version is in place, but a crash may bring the old one back" ]] || fail "$what: said '$said'"
  else
    is_old || fail "$what: the old version does not stand"
  fi
}

# is_signalled PROGRAM UNNAMED TARGET NUMBER CALL SIGNAL: the file is the old or the new one; SIGTERM leaves nothing beside
# it. The temporary file of tcprules has a name that its user chose, and stays, as in the original.
is_signalled() {
  local what="$1 $2 $3: signal $6 behind '$5' (call $4)" target=$3
  run "CALLS_UNNAMED=$2" "CALLS_SIGNAL=$4:$6" -- "$1"
  [ "$code" = $((128 + $6)) ] || fail "$what: exit code $code, said '$said'"
  case $5 in
    rename | fsync\ folder) is_new || fail "$what: the new version is not in place" ;;
    linkat) is_old || is_new || fail "$what: neither version is there" ;;
    *) is_old || fail "$what: the old version does not stand" ;;
  esac
  [ "$1" = relayrules ] || return 0
  # what only SIGKILL leaves is removed by the next one
  [ "$6" = 15 ] || relayrules compile -q --no-check rules.tcp.smtp -o place/rules.cdb
  is_alone || fail "$what: left behind: $(ls -A place)"
}

# in the folder of the tests, as another user's file: its owner is kept
owner=(fstat lgetxattr fchmod)
[ -z "$root" ] || owner=(fstat fchown lgetxattr fchmod)
body=(write cdb_make_finish 'fsync file')
replaces relayrules yes missing 'open folder' fstatat 'open unnamed' "${body[@]}" linkat rename 'fsync folder'
replaces relayrules yes stands 'open folder' fstatat 'open unnamed' "${owner[@]}" "${body[@]}" linkat rename 'fsync folder'
replaces relayrules no missing 'open folder' fstatat 'open named' fstat "${body[@]}" rename 'fsync folder'
# two of fstat, one behind the other: what the new file is, and then its owner
replaces relayrules no stands 'open folder' fstatat 'open named' "${owner[@]}" "${body[@]}" rename 'fsync folder'
replaces tcprules yes missing 'open named' fstat ftruncate "${body[@]}" rename
replaces tcprules yes stands 'open named' fstat ftruncate "${body[@]}" rename

# ---- a temporary file that was there before tcprules, and that is not known to be one, is left to its owner
printf 'text' > here.tmp
expect 111 "tcprules: fatal: unable to create here.tmp: input/output error" \
  env CALLS_FAIL=3 LD_PRELOAD="$interposer" tcprules here.cdb here.tmp
[ "$(< here.tmp)" = text ] || fail "a file whose kind could not be told was changed"

# ---- a database that is refused leaves nothing, where it has a name already
printf 'sshd : LOCAL\n' > c
expect 1 "*a database has no key for 'LOCAL'*" \
  env CALLS_UNNAMED=no LD_PRELOAD="$interposer" relayrules compile --from hosts_access c --daemon sshd -o place/rules.cdb
printf ':allow,RELAYCLIENT=""\n' > open.tcp.smtp
rm place/*
expect 1 "*open-relay*" env CALLS_UNNAMED=no LD_PRELOAD="$interposer" relayrules compile open.tcp.smtp -o place/rules.cdb
[ -z "$(ls -A place)" ] || fail "a refused database left $(ls -A place)"

# ---- where no thread can be started, the work goes on in one; above 4 MiB, text is read in two halves
awk 'BEGIN { srand(7); for (i = 0; i < 200000; i++)
  printf "%d.%d.%d.%d:%s\n", i % 223, i / 223 % 256, rand() * 256, rand() * 256,
    i % 3 ? "deny" : "allow,RELAYCLIENT=\"\",N=\"" i "\"" }' > many.tcp.smtp
printf ':allow\n' >> many.tcp.smtp
head -n 100000 many.tcp.smtp > fewer.tcp.smtp
tcprules many.cdb many.tmp < many.tcp.smtp
alone=(env CALLS_THREADS=no "LD_PRELOAD=$interposer")
"${alone[@]}" tcprules alone.cdb alone.tmp < many.tcp.smtp || fail "tcprules without threads: exit code $?"
cmp many.cdb alone.cdb || fail "tcprules without threads writes other bytes"
"${alone[@]}" relayrules compile -q --fail-on never many.tcp.smtp -o alone.cdb 2> /dev/null ||
  fail "compile without threads: exit code $?"
cmp many.cdb alone.cdb || fail "compile without threads writes other bytes"
for line in 'diff many.tcp.smtp fewer.tcp.smtp --summary' 'check many.tcp.smtp'; do
  # shellcheck disable=SC2086
  relayrules $line > with 2>&1 && fail "$line: exit code 0"
  code=0
  # shellcheck disable=SC2086
  "${alone[@]}" relayrules $line > without 2>&1 || code=$?
  [ "$code" = 1 ] || fail "$line without threads: exit code $code"
  cmp with without || fail "$line says something else without threads"
done

# ---- without memory it is said, and nobody waits for a thread that it ended
if grep -q __asan_init "$TOOLS/relayrules"; then
  echo "not tested with sanitizers: no memory"
else
  target=stands
  without=0
  # starved PROGRAM COMMAND...: the new file is there, or the old one and a message
  starved() {
    cp new place/rules.cdb
    code=0
    said=$(
      ulimit -v $kilobytes
      exec timeout -s KILL 60 "${@:2}" 2>&1 < many.tcp.smtp
    ) || code=$?
    is_alone || fail "$kilobytes kilobytes: $1: left behind: $(ls -A place)"
    if [ $code = 0 ]; then
      cmp many.cdb place/rules.cdb || fail "$kilobytes kilobytes: $1: other bytes"
      return
    fi
    without=$((without + 1))
    [[ $said == "$1: "*"out of memory" ]] || fail "$kilobytes kilobytes: $1: exit code $code, said '$said'"
    is_new || fail "$kilobytes kilobytes: $1: the old database changed"
  }
  for ((kilobytes = 30000; kilobytes <= 42000; kilobytes += 3000)); do
    starved "tcprules: fatal" tcprules place/rules.cdb place/rules.tmp
    starved relayrules relayrules compile --no-check many.tcp.smtp -o place/rules.cdb
  done
  [ $without -gt 0 ] || fail "there was always enough memory"
fi

echo "all cases passed"
