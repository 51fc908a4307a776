#!/bin/sh
# Names say what is inside: no folder or file is called after nothing in particular, files are in lower case, and each file
# of the library says in its first lines what it is, a check in its summary. lib/ARCHITECTURE.md names every folder of lib/.
# No two files of the tests give one name to two classes that the linker sees: it would take either for both.
set -eu
cd "$SOURCE"
status=0
fail() {
  echo "$1"
  status=1
}
for path in $(find lib tools tests rules man cmake -mindepth 1 \( -type f -o -type d \) ! -path '*/corpus/*' 2>/dev/null | sort); do
  name=$(basename "$path")
  case ${name%%.*} in
    util | utils | common | misc | helper | helpers | stuff | shared | general | manager | core | new | old | tmp)
      fail "$path: the name does not say what is inside"
      ;;
  esac
done
for path in $(find lib tools -name '*.[ch]pp' -o -name '*.h' | sort); do
  case $(basename "$path") in
    *[A-Z]*) fail "$path: file names are in lower case" ;;
  esac
  comment_lines=$(awk '/^\/\/|^ \*|^\/\*/ { count++; next } { exit } END { print count + 0 }' "$path")
  case $path in
    lib/lint/checks/*.cpp) grep -q '^    \.summary = ' "$path" || fail "$path: has no summary" ;;
    *) [ "$comment_lines" -ge 1 ] || fail "$path: does not open with a comment that says what it is" ;;
  esac
  [ "$comment_lines" -le 80 ] || fail "$path: the opening comment is longer than 80 lines"
done
classes=$(
  for path in $(find tests/unit tests/conformance tests/proof -name '*.[ch]pp' | sort); do
    awk -v path="$path" '
      /^namespace [a-z:]+ {/ { outer = $2 }
      /^namespace {/ { nameless = 1 }
      /^}  \/\/ namespace$/ { nameless = 0 }
      /^(class|struct) [A-Z][A-Za-z]*( :| {| final)/ && !nameless { print outer "::" $2, path }' "$path"
  done
)
[ "$(echo "$classes" | wc -l)" -ge 20 ] || fail "the tests' classes were not found"
for name in $(echo "$classes" | cut -d ' ' -f 1 | sort | uniq -d); do
  fail "$name: defined in $(echo "$classes" | awk -v name="$name" '$1 == name { printf "%s ", $2 }')"
done
if [ -f lib/ARCHITECTURE.md ]; then
  for folder in lib/*/; do
    name=$(basename "$folder")
    grep -q "$name/" lib/ARCHITECTURE.md || fail "lib/ARCHITECTURE.md does not mention $name/"
  done
else
  fail "lib/ARCHITECTURE.md is missing"
fi
exit $status
