#!/bin/sh
# Who may include whom: base <- model <- {formats, cdb, analysis} <- {lint, site} <- report <- tools. The three in the middle do not know
# each other, and runtime knows nobody and is known by nobody but the two programs that stand on it.
set -eu
cd "$SOURCE"
status=0

# allowed FOLDER WHAT...: each quoted include in FOLDER must begin with one of WHAT.
allowed() {
  folder=$1
  shift
  [ -d "$folder" ] || return 0
  find "$folder" -type f \( -name '*.hpp' -o -name '*.cpp' -o -name '*.h' \) | sort | while read -r file; do
    awk -v file="$file" -v allowed="$*" '
      BEGIN { count = split(allowed, prefixes, " ") }
      /^#[ \t]*include[ \t]+"/ {
        name = $0
        sub(/^[^"]*"/, "", name)
        sub(/".*/, "", name)
        for (i = 1; i <= count; i++) if (index(name, prefixes[i]) == 1) next
        if (index(name, "/") == 0 && prefixes[1] == "(same-folder)") next
        printf "%s:%d: may not include \"%s\"\n", file, NR, name
        bad = 1
      }
      END { exit bad }' "$file" || echo "$file" >> "$violations"
  done
}

violations=$(mktemp)
trap 'rm -f "$violations"' EXIT
allowed lib/base base/
allowed lib/model base/ model/
allowed lib/formats base/ model/ formats/
allowed lib/cdb base/ model/ cdb/
allowed lib/lint base/ model/ analysis/ lint/
allowed lib/analysis base/ model/ analysis/
allowed lib/site base/ model/ formats/ cdb/ site/
allowed lib/report base/ model/ lint/ analysis/ formats/ cdb/ site/ report/
allowed lib/runtime "(same-folder)" relayrules/
allowed lib/include relayrules/
for file in $(find tools -name '*.cpp' -o -name '*.hpp' | sort); do
  case $file in
    tools/tcprulescheck.cpp | tools/relayrules-env/*) continue ;;
  esac
  if grep -Hn '^#[[:space:]]*include[[:space:]]*"runtime/' "$file"; then
    echo "$file: only tcprulescheck and relayrules-env may look into lib/runtime"
    echo "$file" >> "$violations"
  fi
done
if [ -s "$violations" ]; then
  echo "the layers are mixed; lib/ARCHITECTURE.md says who may include whom"
  status=1
fi
exit $status
