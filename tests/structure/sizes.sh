#!/bin/sh
# No file above 500 lines, no function above 40. Functions are found by their braces, which clang-format puts where this script
# looks for them: a body opens at the end of a line that has a ")", and closes with a brace at that line's indentation.
# Tables of test cases are not counted: a table is data.
set -eu
cd "$SOURCE"
list=$(mktemp)
trap 'rm -f "$list"' EXIT
find lib tools tests dev .ci -type f \( -name '*.hpp' -o -name '*.cpp' -o -name '*.h' -o -name '*.c' -o -name '*.sh' -o -name dev -o -name run \) |
  sort > "$list"
status=0
while read -r file; do
  lines=$(wc -l < "$file")
  if [ "$lines" -gt 500 ]; then
    echo "$file: $lines lines; 500 is the limit"
    status=1
  fi
  case $file in tests/*) continue ;; esac
  awk -v file="$file" '
    function indentation(line) { match(line, /^ */); return RLENGTH }
    {
      if (!inside && /\)[a-z ]*( -> [^;]*)? \{$/ && !/^ *(if|for|while|switch|else|do|\}|namespace|extern "C")/) {
        inside = 1
        start = NR
        depth = indentation($0)
        # a signature over several lines is indented further than its body
        if (previous_open != "") depth = previous_open
        name = $0
      } else if (inside && /^ *\}/ && indentation($0) <= depth) {
        if (NR - start + 1 > 40) {
          printf "%s:%d: a function of %d lines; 40 is the limit: %s\n", file, start, NR - start + 1, name
          bad = 1
        }
        inside = 0
      }
      # remember where a signature that goes on in the next line began
      if (/[(,]$/ && !inside) { if (previous_open == "") previous_open = indentation($0) } else previous_open = ""
    }
    END { exit bad }' "$file" || status=1
done < "$list"
exit $status
