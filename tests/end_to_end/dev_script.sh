#!/bin/bash
# ./dev itself: it explains itself, from any folder, and refuses what it does not know.
set -euo pipefail

fail() {
  echo "FAILED: $*"
  exit 1
}

cd /
help=$("$SOURCE/dev" help)
for verb in build test demo format bench fuzz sanitize install package help; do
  grep -q "^  $verb " <<< "$help" || fail "help does not explain '$verb'"
done
[ "$("$SOURCE/dev")" = "$help" ] || fail "without a verb ./dev does not explain itself"
got=0
said=$("$SOURCE/dev" tset 2>&1) || got=$?
[ "$got" = 2 ] || fail "an unknown verb gives exit code $got"
grep -q "there is no verb 'tset'" <<< "$said" || fail "an unknown verb is not named"
[ -x "$SOURCE/.ci/run" ] || fail ".ci/run is not executable"
echo "all good"
