#!/bin/sh
# sysupdate-symlink.sh [FILESYSTEM]: systemd-sysupdate exits with 0; what is on the disk then?
# Needs root, a loop device and some 300 MB in the current directory. SYSUPDATE names the program.
set -eu
filesystem=${1:-btrfs}
sysupdate=${SYSUPDATE:-/usr/lib/systemd/systemd-sysupdate}
work=$(mktemp -d -p "$PWD")
trap 'cd /; umount "$work/disk" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir disk served definitions tree
truncate -s 128M disk.img
"mkfs.$filesystem" -q disk.img
mount -o loop disk.img disk

cat >definitions/os.transfer <<END
[Transfer]
Verify=no
[Source]
Type=tar
Path=$work/served
MatchPattern=os_@v.tar
[Target]
Type=subvolume
Path=$work/disk
MatchPattern=os_@v
CurrentSymlink=$work/disk/current
InstancesMax=2
END

for version in 1 2; do
  echo "$version" >tree/version
  tar -C tree -cf "served/os_$version.tar" .
  "$sysupdate" --definitions="$work/definitions" --verify=no update >"log.$version" 2>&1
  status=$?
  [ "$version" = 2 ] || sync
done
# The power fails here: what has reached the disk, as it is.
cp --sparse=always disk.img cut.img

tail -n 1 log.2
echo "exit status $status, on $filesystem"
echo "running:           current -> $(readlink disk/current)"
umount disk
mount -o loop cut.img disk
echo "after a power cut: current -> $(readlink disk/current), os_2 has: $(cat disk/os_2/version 2>&1)"

status=0
"$sysupdate" --definitions="$work/definitions" --verify=no update >log.again 2>&1 || status=$?
tail -n 1 log.again
echo "updated again:     current -> $(readlink disk/current), exit status $status"
