#!/bin/sh
# Usage: run.sh RUNTIME-BUILD-DIRECTORY RULES.CDB
# Installs the library into a temporary folder and uses it from there as a stranger would: C99 through pkg-config,
# shared and static, beside a cdb library of the stranger's own, a CMake project in C, the example of the manual. Then
# looks at what the library needs and exports.
# Invariant: nothing but libc may be needed anywhere, and nothing but rr_* may be exported.
set -eu
build=$1
rules=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# Runs a command whose output is of interest only if it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$*"; }
}

quietly cmake --install "$build" --prefix "$work/prefix"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name relayrules.pc)")
export PKG_CONFIG_PATH
libdir=$(pkg-config --variable=libdir relayrules)
for file in "$libdir/librelayrules.so" "$libdir/librelayrules.so.2" "$libdir/librelayrules.a" \
  "$work/prefix/share/man/man3/relayrules.3" "$work/prefix/include/relayrules/relayrules.hpp"; do
  [ -e "$file" ] || fail "$file is not installed"
done

# The program around an example, which stands on standard input.
program() {
  for header in relayrules/relayrules stdio stdlib string unistd; do echo "#include <$header.h>"; done
  echo 'int main(int argc, char **argv) { if (argc < 3) return 100;'
  sed 's|"/etc/tcp.smtp.cdb"|argv[1]|'
  echo 'execvp(argv[2], argv + 2); return 111; }'
}

# The examples of the manual, of the header and of README, as programs.
sed -n '/^#include <relayrules/,/^\.Ed/p' "$work/prefix/share/man/man3/relayrules.3" |
  sed '$d; s/\\e/\\/g' >"$work/example_manual.c"
sed -n '/^\/\/     rr_db/,/^\/\/     rr_result_release/s|^//||p' "$work/prefix/include/relayrules/relayrules.h" |
  program >"$work/example_header.c"
sed -n '/^```c$/,/^```$/p' "$here/../../../README.md" | sed '/^```/d' | program >"$work/example_readme.c"

# The lists of flags are meant to be split.
# shellcheck disable=SC2046
{
  set -- -std=c99 -pedantic -Wall -Wextra -Werror $(pkg-config --cflags relayrules) "$here/consumer.c"
  quietly gcc "$@" -o "$work/shared" $(pkg-config --libs relayrules)
  quietly gcc -static "$@" -o "$work/static" $(pkg-config --static --libs relayrules)
  quietly gcc "$@" "$here/own_cdb.c" -o "$work/shared_own_cdb" $(pkg-config --libs relayrules)
  quietly gcc -static "$@" "$here/own_cdb.c" -o "$work/static_own_cdb" $(pkg-config --static --libs relayrules)
  for example in manual header readme; do
    set -- -std=gnu99 -Wall -Wextra -Werror "$work/example_$example.c"
    quietly gcc "$@" -o "$work/example_$example" $(pkg-config --cflags --libs relayrules)
  done
  echo '#include <relayrules/relayrules.hpp>' >"$work/header.cpp"
  quietly g++ -std=c++20 -pedantic -Wall -Wextra -Werror -fno-exceptions -fsyntax-only \
    $(pkg-config --cflags relayrules) "$work/header.cpp"
}
# A store of grants may be Redis, which the archive needs hiredis for.
cat >"$work/grants.c" <<'EOF'
#include <relayrules/grants.h>
#include <stdio.h>
int main(void) {
  rr_reason reason = RR_REASON_INIT;
  rr_grants *grants;
  if (rr_grants_open("redis:relative", NULL, &grants, &reason) == RR_OK) return 1;
  return puts(reason.text) < 0;
}
EOF
for kind in "" -static; do
  # shellcheck disable=SC2046
  quietly gcc $kind "$work/grants.c" -o "$work/grants" $(pkg-config ${kind:+-}$kind --cflags --libs relayrules)
  said=$(LD_LIBRARY_PATH=$libdir "$work/grants") || fail "grants ($kind) ended with $?"
  [ "$said" = "the store's name: 'relative' does not begin with '/'" ] || fail "grants ($kind) said $said"
done
quietly cmake -G Ninja -S "$here/project" -B "$work/project" -DCMAKE_PREFIX_PATH="$work/prefix"
quietly cmake --build "$work/project"

export LD_LIBRARY_PATH="$libdir"
unset RELAYCLIENT
for program in "$work/shared" "$work/static" "$work/shared_own_cdb" "$work/static_own_cdb" \
  "$work/project/consumer_shared" "$work/project/consumer_static"; do
  "$program" "$rules" >"$work/output" || fail "$program ended with $?"
  diff -u "$here/expected" "$work/output" || fail "$program printed something else"
done

# relay EXAMPLE IP: what RELAYCLIENT is behind the example for this client, who comes with one that was inherited.
relay() {
  # shellcheck disable=SC2016  # the inner shell expands it
  RELAYCLIENT=inherited TCPREMOTEIP=$2 "$work/example_$1" "$rules" sh -c 'echo "RELAYCLIENT ${RELAYCLIENT-unset}"'
}
for example in manual header; do
  [ "$(relay $example 10.1.2.3)" = 'RELAYCLIENT ' ] || fail "the example in $example does not let 10.1.2.3 relay"
done
for example in manual header readme; do
  answer=$(relay $example 192.168.1.7)  # the client of README
  [ "$answer" = 'RELAYCLIENT unset' ] || fail "the example in $example lets 192.168.1.7 in with $answer"
done

for file in "$libdir/librelayrules.so" "$work/project/consumer_static"; do
  needed=$(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v '^ld-linux')
  [ "$needed" = libc.so.6 ] || fail "$file needs more than libc: $needed"
done
for symbols in "nm -D $libdir/librelayrules.so" "nm $libdir/librelayrules.a"; do
  # the names of every cdb library in this field: a program may bring its own
  $symbols | grep '[ .]cdb_' && fail "$symbols: a symbol of a cdb library"
done
nm -g --defined-only "$libdir/librelayrules.a" | awk 'NF == 3 {print $3}' |
  grep -vE '^(rr_[a-z_]+|_ZNK?(10relayrules7runtime|5rr_db).*)$' && fail "librelayrules.a defines names of other owners"
readelf -d "$libdir/librelayrules.so" | grep -q 'SONAME.*\[librelayrules\.so\.2\]' || fail "the SONAME is another"
nm -D --defined-only "$libdir/librelayrules.so" |
  awk '$2 != "A" {sub(/@.*/, "", $3); print $3}' | sort >"$work/exported"
cat "$work/prefix/include/relayrules/"*.h >"$work/headers"
grep -o 'rr_[a-z_]*(' "$work/headers" | tr -d '(' | sort -u >"$work/documented"
sed -n 's/^RR_API .*[ *]\(rr_[a-z_]*\)(.*/\1/p' "$work/headers" | sort >"$work/declared"
for header in recipients grants; do
  echo "#include <relayrules/$header.h>" >"$work/header.c"
  # shellcheck disable=SC2046
  quietly gcc -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only $(pkg-config --cflags relayrules) "$work/header.c"
done
sed -n 's/^ *\(rr_[a-z_]*\);$/\1/p' "$here/../../../lib/runtime/librelayrules.map" | sort >"$work/listed"
diff -u "$work/listed" "$work/exported" || fail "the library exports other symbols than its version script lists"
diff -u "$work/declared" "$work/exported" || fail "the library exports other symbols than its headers declare"
diff -u "$work/declared" "$work/documented" || fail "the headers speak of functions that they do not declare"
for macro in Fn 'It Fn'; do
  sed -n "s/^\.$macro \(rr_[a-z_]*\)\(\| [\"v].*\)\$/\1/p" "$work/prefix/share/man/man3/relayrules.3" | sort -u >"$work/told"
  diff -u "$work/exported" "$work/told" || fail "relayrules(3) tells of other functions than the library exports (.$macro)"
done
echo "installed, compiled, asked and inspected"
