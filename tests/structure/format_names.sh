#!/bin/sh
# A check asks for what it needs of a format (Check::needs, Format::traits) and never for the name of one: then a new
# format is one file, and the checks that fit it apply. Examples name files, and texts programs; what is forbidden is
# to compare.
set -eu
cd "$SOURCE"
names=$(sed -n 's/^ *\.name = "\(.*\)",$/\1/p' lib/formats/*.cpp | tr '\n' '|')
[ "$names" != "" ] || { echo "no names of formats were found"; exit 1; }
if grep -rnE "(==|!=|starts_with\(|find_format\() *\"(${names%|})" lib/lint || grep -rnE '\bformat(->|\.)name\b' lib/lint; then
  echo "lib/lint names a format; ask for its traits"
  exit 1
fi
