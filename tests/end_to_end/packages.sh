#!/bin/bash
# The Debian packages: lintian has no error to report, each holds what it is called after, and unpacked the programs run.
source "$SOURCE/tests/end_to_end/begin.bash"
needs cpack dpkg-deb dpkg-shlibdeps lintian

cpack --config "$BUILD/CPackConfig.cmake" -G DEB -B "$PWD/out" > cpack.log 2>&1 || fail "cpack: $(tail -5 cpack.log)"
soname=$(readelf -d "$BUILD"/lib/runtime/librelayrules.so | sed -n 's/.*SONAME.*librelayrules\.so\.\([0-9]*\).*/\1/p')
for package in relayrules relayrules-tcprules librelayrules-dev "librelayrules$soname"; do
  [ -f out/"$package"_*.deb ] || fail "there is no $package: $(ls out)"
  dpkg-deb -x out/"$package"_*.deb root
  [ -s "root/usr/share/doc/$package/copyright" ] || fail "$package has no copyright"
  [[ $(zcat "root/usr/share/doc/$package/changelog.gz") == *relayrules-env* ]] || fail "$package has no changelog"
done
lintian --fail-on error out/*.deb > lintian.log 2>&1 || fail "lintian: $(grep ^E lintian.log)"
dpkg-deb -f out/relayrules_*.deb Depends | grep -q 'libc6 (>= .*libpsl5' || fail "what relayrules depends on"
dpkg-deb -f out/relayrules_*.deb Conflicts | grep -q . && fail "relayrules cannot stand beside tcpserver"
dpkg-deb -f out/librelayrules-dev_*.deb Depends | grep -q "librelayrules$soname (= " || fail "what librelayrules-dev depends on"
printf ':allow\n' > tcp.smtp
root/usr/bin/relayrules compile -q --no-check tcp.smtp -o tcp.smtp.cdb || fail "the packed program compiles nothing"
TCPREMOTEIP=10.1.2.3 root/usr/bin/relayrules-env -x tcp.smtp.cdb true || fail "the packed relayrules-env lets nobody in"

# ---- installed, used and removed in a Debian in which there is nothing else; what the packages need is in the tree, which is made once
[ "$(id -u)" = 0 ] || skip "only root can make a Debian in a folder"
needs mmdebstrap
wanted=$(dpkg-deb -f out/relayrules_*.deb Depends | sed 's/([^)]*)//g; s/ //g')
tree=$BUILD/clean-debian-$(cksum <<< "$wanted" | cut -d ' ' -f 1).tar
if [ ! -s "$tree" ]; then
  mmdebstrap --quiet --variant=minbase --include="$wanted" bookworm made.tar > mmdebstrap.log 2>&1 || skip "no Debian could be made: $(tail -1 mmdebstrap.log)"
  mv made.tar "$tree"
fi
mkdir clean
tar -xf "$tree" -C clean --exclude './dev/*'
cp -r out/*.deb tcp.smtp clean/tmp/
within() { chroot clean "$@"; }
within sh -c 'dpkg -i /tmp/*.deb' > dpkg.log 2>&1 || fail "they cannot be installed: $(tail -5 dpkg.log)"
within relayrules compile -q --no-check /tmp/tcp.smtp -o /tmp/tcp.smtp.cdb || fail "the installed program compiles nothing"
within env TCPREMOTEIP=10.1.2.3 relayrules-env -x /tmp/tcp.smtp.cdb true || fail "the installed relayrules-env lets nobody in"
[ "$(within relayrules status /tmp/tcp.smtp.cdb | head -1)" = '/tmp/tcp.smtp.cdb: OK' ] || fail "the installed program knows no status"
[[ $(within ldconfig -p) == *"librelayrules.so.$soname "* ]] || fail "the loader does not know the library"
within dpkg --purge relayrules relayrules-tcprules librelayrules-dev "librelayrules$soname" > dpkg.log 2>&1 || fail "they cannot be removed: $(tail -5 dpkg.log)"
left=$(find clean -xdev -name '*relayrules*' ! -path 'clean/tmp/*')
[ -z "$left" ] || fail "this stays behind: $left"
rm -rf clean
echo "all good"
