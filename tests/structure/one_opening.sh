#!/bin/sh
# What the checker reads goes through base/file.cpp, which knows what may be opened and what nobody named. The library has its own reading, the
# list of public suffixes its own place, and a connection log may be a pipe.
set -eu
cd "$SOURCE"
found=$(grep -rnE '[^:]::open(at)?\(|ifstream|fopen\(' lib tools/relayrules --include='*.cpp' --include='*.hpp' |
  grep -vE '^(lib/runtime/|lib/base/file\.cpp|lib/model/public_suffixes\.cpp|tools/relayrules/read_log\.cpp)|Reader::open|ReplaceFile::open|"/dev/null"' ||
  true)
if [ -n "$found" ]; then
  echo "opened elsewhere than in base/file.cpp:"
  echo "$found"
  exit 1
fi
