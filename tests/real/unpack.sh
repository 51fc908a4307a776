#!/bin/sh
# Unpacks a Debian package into a folder without installing it: for tests that ask a program whose package conflicts
# with an installed one. Its programs are then in FOLDER/usr/bin and the like.
#
#   unpack.sh PACKAGE FOLDER
#
# A folder that was filled before is left as it is, and calls at one time wait for each other. Of a package that cannot
# be had it says SKIPPED and ends with 77; where CI=true is set that is a failure, 1.
set -eu
package=$1
folder=$2

skip() {
  echo "SKIPPED: $1" >&2
  [ "${CI:-}" = true ] && exit 1
  exit 77
}

download() {
  (cd "$work" && timeout 60 apt-get download -qq "$package") > "$work/log" 2>&1
}

command -v dpkg > /dev/null || skip "$package cannot be unpacked: this is no Debian"
mkdir -p "$(dirname "$folder")"
exec 9> "$folder.lock"
flock 9
[ ! -d "$folder" ] || exit 0
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
if ! download && { [ "$(id -u)" != 0 ] || ! timeout 120 apt-get update -qq > /dev/null 2>&1 || ! download; }; then
  cat "$work/log" >&2
  skip "the package $package could not be downloaded"
fi
dpkg -x "$work"/*.deb "$work/files"
mv "$work/files" "$folder"
