#!/bin/sh
# Every page passes mandoc's lint at warning level without a word.
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

failures=0
for page in "$@"; do
  if said=$(mandoc -T lint -W warning "$page" 2>&1) && [ -z "$said" ]; then continue; fi
  printf 'FAILED: %s\n%s\n' "$page" "$said" >&2
  failures=$((failures + 1))
done
printf '%d pages, %d with warnings\n' "$#" "$failures"
[ "$failures" -eq 0 ]
