#!/bin/sh
# relayrules writes in one place: tools/relayrules/output.cpp, where what could not be written is found out. Nothing in the library prints
# an answer, and nothing else in the program writes to a stream or a descriptor.
set -eu
cd "$SOURCE"
status=0
words='\b(stdout|stderr|cout|cerr|clog)\b|\b([fd]?printf|fwrite|f?puts|f?putc|putchar)\(|fmt::print|std::(print|ofstream)|[^a-zA-Z]::write\('
if grep -HnE "$words" tools/relayrules/*.?pp; then
  echo "relayrules writes elsewhere than through Output and say() of output.hpp"
  status=1
fi
if grep -HnE 'STDOUT_FILENO|\bwrite_all\(' tools/relayrules/*.?pp | grep -vE '^tools/relayrules/output\.cpp:|isatty|use_colour'; then
  echo "only output.cpp writes to standard output"
  status=1
fi
if grep -rHnE '\b(stdout|cout)\b|fmt::print' lib --include='*.?pp'; then
  echo "the library makes texts; the programs print them"
  status=1
fi
exit $status
