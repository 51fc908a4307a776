#!/bin/sh
# Every page passes mandoc's lint at warning level without a word, and no quotation in it begins inside another: that
# is how macros look that were meant to stand behind each other, as in ".Dq a , Dq b".
#
#   man/lint.sh PAGE...
#
# Without mandoc the test says SKIPPED and ends with 77; where CI=true is set it fails.
set -u
export LC_ALL=C

[ $# -gt 0 ] || { echo 'FAILED: no page was given' >&2; exit 1; }
if ! command -v mandoc > /dev/null; then
  echo 'SKIPPED: mandoc is not installed; the manual pages were not checked' >&2
  [ "${CI:-}" = true ] && exit 1
  exit 77
fi

# nested_quotes PAGE: the quotations as they are shown that have another of their kind inside.
nested_quotes() {
  mandoc -T utf8 "$1" 2>&1 | LC_ALL=C.UTF-8 sed 's|.\x08||g' | tr '\n' ' ' |
    LC_ALL=C.UTF-8 grep -oE '“[^”]*“[^”]*”|‘[^’]*‘[^’]*’' | sed 's/^/a quotation in another: /'
}

failures=0
for page in "$@"; do
  said=$(mandoc -T lint -W warning "$page" 2>&1; nested_quotes "$page")
  [ -n "$said" ] || continue
  printf 'FAILED: %s\n%s\n' "$page" "$said" >&2
  failures=$((failures + 1))
done
printf '%d pages, %d with warnings\n' "$#" "$failures"
[ "$failures" -eq 0 ]
