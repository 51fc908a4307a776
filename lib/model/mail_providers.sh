#!/bin/sh
# Makes mail_providers.txt anew, from the npm package free-email-domains (MIT). Its releases up to 1.2 are a list of
# providers where everybody can have a mailbox; later ones are mostly names for one mail, which nobody takes for his
# own domain. What the later ones add by hand are providers again, many of them of Japan and Korea.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
providers=1.2.26
additions=1.12.6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in $providers $additions; do
  mkdir "$work/$version"
  curl --fail --silent --show-error "https://registry.npmjs.org/free-email-domains/-/free-email-domains-$version.tgz" |
    tar -xzf - -C "$work/$version"
done
{
  echo "# Mail providers: domains where everybody can have a mailbox. Made by mail_providers.sh" \
    "from free-email-domains $providers and"
  echo "# what $additions adds by hand; do not edit. That package is under this licence:"
  echo "#"
  sed 's/^/# /; s/ *$//' "$work/$additions/package/LICENSE.md"
  {
    sed -n 's/^ *"\([^"]*\)".*/\1/p' "$work/$providers/package/domains.json"
    sed -n "/^const DOMAINS = \[/,/^\]/s/^ *'\([^']*\)'.*/\1/p" "$work/$additions/package/scripts/postinstall.mjs"
  } | grep '^[a-z0-9.-]*\.[a-z0-9-]*$' | LC_ALL=C sort -u
} > "$work/list"
mv "$work/list" "$here/mail_providers.txt"
