#!/bin/sh
# set-default.sh: `btrfs subvolume set-default` exits with 0; which subvolume is the default on the
# disk then? Needs root, a loop device and some 130 MB in the current directory.
set -eu
work=$(mktemp -d -p "$PWD")
trap 'cd /; umount "$work/disk" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir disk
truncate -s 128M disk.img
mkfs.btrfs -q disk.img
mount -o loop disk.img disk
btrfs subvolume create disk/old >/dev/null
btrfs subvolume create disk/new >/dev/null
btrfs subvolume set-default disk/old
btrfs filesystem sync disk

status=0
btrfs subvolume set-default disk/new || status=$?
# The power fails here: what has reached the disk, as it is.
cp --sparse=always disk.img cut.img

echo "exit status $status"
echo "running:           $(btrfs subvolume get-default disk)"
umount disk
mount -o loop,subvolid=5 cut.img disk
echo "after a power cut: $(btrfs subvolume get-default disk)"
