#!/bin/bash
# Every system call of every command that writes a file fails, one after the other, and with each error that it may have. The file is then
# the old one or the new one, whole; it is said why; nothing lies beside it; nobody dies of a signal. failing_calls.sh knows the
# calls by which a file is replaced, and their order; here nothing is known of them.
#
# Without strace, or where it may not trace, the test says SKIPPED and ends with 77; without it, where CI=true is set, it fails.
source "$SOURCE/tests/end_to_end/begin.bash"

needs strace
if ! strace -qq -o /dev/null true 2> /dev/null; then
  echo "SKIPPED: nobody may trace a program here, as in many containers"
  exit 77
fi
if grep -q __asan_init "$TOOLS/relayrules"; then
  echo "not tested with sanitizers: they die when calls of their own fail"
  exit 0
fi

# errors_of CALL: those that it may have in `errors`, none for what cannot fail. brk says in another way that there is no memory.
errors_of() {
  case $1 in
    brk | exit* | futex | get*id | munmap | rt_sig* | sched_yield | clone3 | clone) errors=() ;;
    openat) errors=(EACCES EINTR) ;;
    read | pread64 | readv) errors=(EIO EINTR) ;;
    write | pwrite64 | writev) errors=(ENOSPC EIO EINTR) ;;
    mmap | mremap | mprotect) errors=(ENOMEM) ;;
    ftruncate | linkat) errors=(ENOSPC) ;;
    rename*) errors=(EACCES EBUSY) ;;
    *) errors=(EIO) ;;
  esac
}

# makes the folder `place` in which each program begins
prepare() {
  mkdir -p place
  rm -f place/*
  cp old "place/$target"
}

# traced FILE INJECTED... -- the command in place; in one thread, for calls are counted for each thread by itself
traced() {
  local trace=$1
  shift
  code=0
  said=$(cd place && strace -qq -o "$trace" -e inject=clone,clone3:error=EAGAIN "$@" "${command[@]}" 2>&1 > ../printed \
    < ../rules.tcp.smtp) || code=$?
}

shopt -s dotglob nullglob
is_alone() {
  local names=(place/*)
  [ "${names[*]}" = "place/$target" ]
}

# endures FAILURE TARGET COMMAND...: FAILURE is the exit code of what could not be done
endures() {
  local failure=$1 call number error what
  target=$2
  command=("${@:3}")
  prepare
  traced "$PWD/trace"
  local fine=$code
  case $fine in 0 | 1) ;; *) fail "${command[*]}: exit code $fine, said '$said'" ;; esac
  cp "place/$target" new
  cp printed wanted
  is_alone || fail "${command[*]}: left behind: $(ls -A place)"
  # what the loader does before main() is not ours: main() begins with the question whether descriptor 0 is open
  sed -nE 's/^([a-z_0-9]+)\(.*/\1/p' trace | awk -v begin="$(grep -n -m 1 '^fcntl(0, F_GETFD' trace | cut -d: -f1)" \
    '{ ++count[$1] } NR >= begin { print $1, count[$1] }' > calls
  [ "$(wc -l < calls)" -gt 15 ] || fail "${command[*]}: only these calls: $(< calls)"
  while read -r call number; do
    errors_of "$call"
    for error in "${errors[@]}"; do
      what="${command[*]}: $call $number fails with $error"
      prepare
      traced /dev/null -e "inject=$call:error=$error:when=$number"
      tried=$((tried + 1))
      survived
    done
  done < calls
}

is_old() { cmp -s old "place/$target"; }
is_new() { cmp -s new "place/$target"; }

survived() {
  is_alone || fail "$what: left behind: $(ls -A place)"
  # whose neighbour cannot be seen may have one, and says so
  if [ "$code" = "$fine" ] && ! grep -q "rcpthosts' lies there and was not read" "place/$target"; then
    is_new || fail "$what: exit code $code, and the file is not the new one; said '$said'"
    cmp -s printed wanted || fail "$what: exit code $code, and printed is '$(head -c 300 printed)'"
    return
  fi
  case $code in
    "$fine" | "$failure") ;;
    2) is_old || fail "$what: exit code 2, and the old version does not stand" ;;  # not known to be the same file
    *) fail "$what: exit code $code, said '$said'" ;;
  esac
  [ "$code" = "$fine" ] || [[ $said == *"${command[0]}: "?* ]] || fail "$what: nothing is said but '$said'"
  if [[ $said == *"the new version is in place"* ]]; then is_new || fail "$what: said '$said', and it is not"; fi
  # what comes behind the file may fail, too; a report in JSON says what could not be read
  is_old || is_new || grep -q 'was not read\|"failures":\["' "place/$target" ||
    fail "$what: neither the old nor the new file; said '$said'"
}

tried=0
printf '10.1.2.3:deny\n10.1.2:deny\n10.1.2.4:deny\n127.:allow,RELAYCLIENT=""\n:allow\n' > rules.tcp.smtp
printf ':deny\n' | tcprules old old.tmp
tcprules rules.cdb rules.tmp < rules.tcp.smtp
endures 111 rules.cdb tcprules rules.cdb rules.tmp
endures 3 rules.cdb relayrules compile -q --fail-on never ../rules.tcp.smtp -o rules.cdb
endures 3 rules.cdb relayrules dump ../rules.cdb
printf 'an older report\n' > old
endures 3 report relayrules audit ../rules.tcp.smtp -o report
endures 3 report relayrules check --format json ../rules.tcp.smtp -o report
endures 3 report relayrules check ../rules.tcp.smtp --write-baseline report
endures 3 picture relayrules map ../rules.tcp.smtp -o picture
endures 3 report relayrules minimise ../rules.tcp.smtp -o report
cp rules.tcp.smtp old
endures 3 tcp.smtp relayrules check --fix tcp.smtp
endures 3 tcp.smtp relayrules minimise tcp.smtp -o tcp.smtp

[ $tried -gt 400 ] || fail "only $tried calls failed"
echo "all cases passed: $tried failing calls"
