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

# skip WHY: this test cannot run here. Where CI=true is set that is a failure.
skip() {
  echo "SKIPPED: $*"
  [ "${CI:-}" != true ] || exit 1
  exit 77
}

# needs PROGRAM...: skips the test where one of them is not installed.
needs() {
  local program
  for program in "$@"; do command -v "$program" > /dev/null || skip "$program is not installed"; done
}

# unpacks PACKAGE...: each is then in $BUILD/real/PACKAGE, not installed; see tests/real/unpack.sh. What cannot be had skips the test.
unpacks() {
  local package
  for package in "$@"; do sh "$SOURCE/tests/real/unpack.sh" "$package" "$BUILD/real/$package" || exit; done
}
# unpacks_postfix: smtpd with its tables of expressions.
unpacks_postfix() {
  unpacks postfix postfix-pcre
  LD_LIBRARY_PATH="$BUILD/real/postfix/usr/lib/postfix" ldd "$BUILD/real/postfix/usr/lib/postfix/sbin/smtpd" | grep -q 'not found' &&
    skip "smtpd (package postfix) misses libraries"
  return 0
}

# dovecot_settings FOLDER HOME UID: what every Dovecot here has, which runs in FOLDER and knows users with the password "secret". Its limit of
# memory would be too low for a program with sanitizers.
dovecot_settings() {
  cat << END
base_dir = $1
state_dir = $1
log_path = /dev/stderr
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_vsz_limit = 0
auth_failure_delay = 0
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=$3 gid=$3 home=$2
}
mail_location = maildir:$2/Maildir
END
}

# page_example PAGE SECTION NUMBER: this example of a manual page, as a reader copies it from the page that is shown, without the indent.
page_example() {
  local text
  text=$(mandoc -T utf8 -O width=300 "$SOURCE/man/$1" | sed 's|.\x08||g' | awk -v section="$2" -v wanted="$3" '
    /^[^ ]/ { inside = $0 == section; next }
    !inside { next }
    /^           / { if (!open) number++; if (number == wanted) { while (open && blank-- > 0) print ""; print substr($0, 12) }
                     open = 1; blank = 0; next }
    /^$/ { blank++; next }
    { open = 0; blank = 0 }')
  [ -n "$text" ] || fail "$1 has no example $3 in $2"
  printf '%s\n' "$text"
}

PATH=$TOOLS:$PATH
rm -rf work
mkdir work
cd work
