#!/bin/bash
# The Debian packages: lintian has no error to report, each holds what it is called after, and unpacked the programs run.
source "$SOURCE/tests/end_to_end/begin.bash"
needs cpack dpkg-deb dpkg-shlibdeps lintian

cpack --config "$BUILD/CPackConfig.cmake" -G DEB -B "$PWD/out" > cpack.log 2>&1 || fail "cpack: $(tail -5 cpack.log)"
soname=$(readelf -d "$BUILD"/lib/runtime/librelayrules.so | sed -n 's/.*SONAME.*librelayrules\.so\.\([0-9]*\).*/\1/p')
for package in relayrules librelayrules-dev "librelayrules$soname"; do
  [ -f out/"$package"_*.deb ] || fail "there is no $package: $(ls out)"
  dpkg-deb -x out/"$package"_*.deb root
  [ -s "root/usr/share/doc/$package/copyright" ] || fail "$package has no copyright"
  zgrep -q 'relayrules-env' "root/usr/share/doc/$package/changelog.gz" || fail "$package has no changelog"
done
lintian --fail-on error out/*.deb > lintian.log 2>&1 || fail "lintian: $(grep ^E lintian.log)"
dpkg-deb -f out/relayrules_*.deb Depends | grep -q 'libc6 (>= .*libpsl5' || fail "what relayrules depends on"
dpkg-deb -f out/librelayrules-dev_*.deb Depends | grep -q "librelayrules$soname (= " || fail "what librelayrules-dev depends on"
printf ':allow\n' > tcp.smtp
root/usr/bin/relayrules compile -q --no-check tcp.smtp -o tcp.smtp.cdb || fail "the packed program compiles nothing"
TCPREMOTEIP=10.1.2.3 root/usr/bin/relayrules-env -x tcp.smtp.cdb true || fail "the packed relayrules-env lets nobody in"
echo "all good"
