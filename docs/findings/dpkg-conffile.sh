#!/bin/sh
# dpkg-conffile.sh [FILESYSTEM]: a package brings a new configuration file and drops a file. What
# does a power cut leave, and what do --configure -a and the installation again make of it?
# Needs root, a loop device, dpkg, and some gigabytes for copies in the current directory.
set -eu
filesystem=${1:-btrfs}
work=$(mktemp -d -p "$PWD")
trap 'cd /; umount "$work/disk" "$work/cut" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir disk cut cuts
truncate -s 400M disk.img
"mkfs.$filesystem" -q disk.img >log
mount -o loop disk.img disk
options=loop
[ "$filesystem" != xfs ] || options=loop,nouuid

for version in 1 2; do
  mkdir -p "package-$version/DEBIAN" "package-$version/usr/share/program" "package-$version/etc"
  printf 'Package: program\nVersion: %s\nArchitecture: all\nMaintainer: n <n@localhost>\nDescription: d\n' \
    "$version" >"package-$version/DEBIAN/control"
  for i in $(seq 20); do echo "version $version" >"package-$version/usr/share/program/$i"; done
done
mkdir package-1/usr/share/old
for i in $(seq 20); do echo 'version 1' >"package-1/usr/share/old/$i"; done
echo 'version 2' >package-2/etc/program.conf
echo /etc/program.conf >package-2/DEBIAN/conffiles
for version in 1 2; do dpkg-deb --build "package-$version" "$version.deb" >log; done

dpkg_in() { # DIRECTORY ARGUMENTS
  directory=$1
  shift
  dpkg --root="$work/$directory" --refuse-unsafe-io --force-confdef --force-confold "$@" >log 2>&1
}
mkdir -p disk/var/lib/dpkg/info disk/var/lib/dpkg/updates
: >disk/var/lib/dpkg/status
dpkg_in disk --install 1.deb
sync

# strace stops dpkg after each sync: the disk is copied then. A copy is what a power cut leaves.
cat >copy.sh <<'END'
#!/bin/sh
# Run for each line of strace's: one more call of dpkg's has ended.
n=1000
while IFS= read -r line; do
  n=$((n + 1))
  cp --reflink=auto --sparse=always "$1/disk.img" "$1/cuts/$n"
done
END
strace -f -qq -e trace=fsync,fdatasync,sync_file_range,syncfs,sync -o '|sh copy.sh '"$work" \
  dpkg --root="$work/disk" --refuse-unsafe-io --force-confdef --force-confold --install 2.deb >log 2>&1
cp --sparse=always disk.img cuts/after-exit-0

state() { # DIRECTORY
  new=$(cat "$1"/usr/share/program/* | grep -c 'version 2' || true)
  dropped=$(find "$1/usr/share/old" -type f 2>/dev/null | wc -l)
  conf=missing
  [ ! -f "$1/etc/program.conf" ] || conf=there
  echo "$new of 20 files new, $dropped dropped ones left, the new configuration file is $conf"
}
for copy in cuts/*; do
  mount -o "$options" "$copy" cut
  before=$(state cut)
  status=$(dpkg-query --admindir=cut/var/lib/dpkg -W -f '${Version} ${db:Status-Status}' program 2>&1)
  dpkg_in cut --configure --pending || true
  dpkg_in cut --install 2.deb || true
  after=$(state cut)
  umount cut
  when='in between'
  [ "$copy" != cuts/after-exit-0 ] || when='after exit status 0'
  echo "$when, the database says $status: $before; after the installation again: $after"
done | sort | uniq -c
