#!/bin/sh
# dpkg-mixture.sh [FILESYSTEM]: three packages of one version are upgraded together; what does a
# power cut leave, and what does dpkg --configure -a make of it?
# Needs root, a loop device, dpkg, and some gigabytes for copies in the current directory.
set -eu
filesystem=${1:-ext4}
work=$(mktemp -d -p "$PWD")
trap 'cd /; umount "$work/disk" "$work/cut" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir disk cut cuts
truncate -s 128M disk.img
"mkfs.$filesystem" -q disk.img >log
mount -o loop disk.img disk

for version in 1 2; do
  for name in liba libb program; do
    mkdir -p "$name/DEBIAN" "$name/usr/$name"
    for i in $(seq 20); do echo "version $version of $i" >"$name/usr/$name/$i"; done
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: n <n@localhost>\nDescription: d\n' \
      "$name" "$version" >"$name/DEBIAN/control"
    dpkg-deb --build "$name" "$name-$version.deb" >log
  done
done
# Images for containers often set force-unsafe-io, which is not dpkg's default.
dpkg_in() { # DIRECTORY ARGUMENTS
  directory=$1
  shift
  dpkg --root="$work/$directory" --refuse-unsafe-io "$@" >log 2>&1
}
mkdir -p disk/var/lib/dpkg/info disk/var/lib/dpkg/updates
: >disk/var/lib/dpkg/status
dpkg_in disk --install liba-1.deb libb-1.deb program-1.deb
sync

# While it runs, the disk is copied again and again: each copy is what a power cut leaves.
dpkg_in disk --install liba-2.deb libb-2.deb program-2.deb &
running=$!
cut=1000
while kill -0 "$running" 2>/dev/null; do
  cut=$((cut + 1))
  cp --sparse=always disk.img "cuts/$cut"
  sleep "${INTERVAL:-0.1}"
done
wait "$running"
cp --sparse=always disk.img cuts/after-exit-0

state() { # DIRECTORY: old, new, mixed or torn
  old=0 new=0 other=0
  for name in liba libb program; do
    for i in $(seq 20); do
      case $(cat "$1/usr/$name/$i" 2>/dev/null) in
        "version 1 of $i") old=$((old + 1)) ;;
        "version 2 of $i") new=$((new + 1)) ;;
        *) other=$((other + 1)) ;;
      esac
    done
  done
  if [ "$other" -gt 0 ]; then echo torn; elif [ "$new" = 0 ]; then echo old
  elif [ "$old" = 0 ]; then echo new; else echo mixed; fi
}
for copy in cuts/*; do
  mount -o loop "$copy" cut
  before=$(state cut)
  version=$(dpkg-query --admindir=cut/var/lib/dpkg -W -f '${Version} ${db:Status-Status}' liba 2>&1)
  dpkg_in cut --configure --pending || true
  configured=$(state cut)
  dpkg_in cut --install liba-2.deb libb-2.deb program-2.deb || true
  again=$(state cut)
  umount cut
  case $copy in
    */after-exit-0) when="after exit status 0 (the database knows liba $version):" ;;
    *) when='while it runs:' ;;
  esac
  echo "$when after the cut $before, after dpkg --configure -a $configured, after the installation again $again"
done | sort | uniq -c
