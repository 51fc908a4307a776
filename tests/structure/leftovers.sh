#!/bin/sh
# Nothing unfinished is committed: no notes to oneself, no conflict markers, no trailing blanks, no tabs in C++, no line of more than 120 columns.
set -eu
cd "$SOURCE"
status=0
files=$(find lib tools man rules cmake .ci dev CMakeLists.txt README.md CONTRIBUTING.md -type f ! -name '*.cdb' 2>/dev/null | sort)
# the words are put together here so that this script does not find itself
for word in TO'DO' FIX'ME' XX'X:' '<<<<<''<< ' '>>>>>''>> '; do
  if grep -Hn -e "$word" $files; then
    echo "unfinished: $word"
    status=1
  fi
done
sources=$(find lib tools tests -name '*.?pp' -o -name '*.h' -o -name '*.c' | sort)
if grep -HnE '[[:space:]]+$' $sources; then
  echo "blanks at a line's end; ./dev format takes them away"
  status=1
fi
if grep -Hn "$(printf '\t')" $sources; then
  echo "tabs in a source file; ./dev format takes them away"
  status=1
fi
if LC_ALL=C.UTF-8 grep -HnE '.{121}' $sources; then
  echo "more than 120 columns; ./dev format breaks code, comments and texts are broken by hand"
  status=1
fi
exit $status
