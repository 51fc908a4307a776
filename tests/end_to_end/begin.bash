# What the scripts of this folder begin with: source "$SOURCE/tests/end_to_end/begin.bash". TOOLS is the folder of the programs, SOURCE that of the
# project; afterwards the script stands in an empty folder named work.
set -euo pipefail

fail() {
  local text="FAILED: $*"
  echo "${text:0:3000}"
  exit 1
}

# expect CODE PATTERN COMMAND...: its exit code, and what it says on both outputs.
expect() {
  local code=$1 pattern=$2 got=0 said
  shift 2
  said=$("$@" 2>&1 < /dev/null) || got=$?
  [ "$got" = "$code" ] || fail "$*: exit code $got instead of $code ($said)"
  # shellcheck disable=SC2053
  [[ $said == $pattern ]] || fail "$*: said '$said', not '$pattern'"
}

PATH=$TOOLS:$PATH
rm -rf work
mkdir work
cd work
