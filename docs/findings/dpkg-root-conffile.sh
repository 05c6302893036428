#!/bin/sh
# dpkg-root-conffile.sh: a configuration file was replaced by a directory; its package is upgraded
# with --root. Needs root and dpkg; works in the current directory.
set -eu
work=$(mktemp -d -p "$PWD")
trap 'rm -rf "$work"' EXIT
cd "$work"
for version in 1 2; do
  mkdir -p package/DEBIAN package/etc
  printf 'Package: sample\nVersion: %s\nArchitecture: all\nMaintainer: n <n@localhost>\nDescription: d\n' \
    "$version" >package/DEBIAN/control
  echo /etc/sample.conf >package/DEBIAN/conffiles
  echo "version $version" >package/etc/sample.conf
  dpkg-deb --build package "$version.deb" >log
done
mkdir -p system/var/lib/dpkg/info system/var/lib/dpkg/updates
: >system/var/lib/dpkg/status
dpkg --root="$work/system" --install 1.deb >log 2>&1
rm system/etc/sample.conf
mkdir system/etc/sample.conf
dpkg --root="$work/system" --install 2.deb || echo "exit status $?"
