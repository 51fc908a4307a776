#!/bin/sh
# Writes the table of what people wait for into README, between its two marks, as summary_bench of this build gives it.
#   readme_table.sh BUILD_FOLDER
set -eu
project=$(cd "$(dirname "$0")/../.." && pwd)
table=$(mktemp)
trap 'rm -f "$table" "$table.new"' EXIT
"$1/tests/bench/summary_bench" > "$table"
cat "$table"
awk -v table="$table" '
  /<!-- bench: end -->/ { inside = 0 }
  !inside { print }
  /<!-- bench: begin -->/ { inside = 1; found = 1; print ""; while ((getline line < table) > 0) print line; print "" }
  END { exit !found }
' "$project/README.md" > "$table.new"
cat "$table.new" > "$project/README.md"
