# Makes a Debian on a btrfs boot by its own GRUB: the modules, grub.cfg as update-grub writes it, and
# the EFI program. grub-install itself needs the EFI system partition mounted, for which this kernel
# may lack the driver; the program is built as that builds it. Runs in namespaces of its own.
#   boot-by-grub.sh DEVICE SUBVOLUME EMPTY-DIRECTORY UUID
# Leaves SUBVOLUME/boot/grub/BOOTX64.EFI for the EFI system partition.
set -eu
device=$1 subvolume=$2 work=$3 uuid=$4

# GRUB's tools follow a loop device to the file behind it. So the filesystem is mounted through
# another name of the device, which the kernel then reports.
mkdir "$work/outer"
mount -o "subvol=$subvolume" "$device" "$work/outer"
mount -t tmpfs tmpfs "$work/outer/dev"
for name in null zero full random urandom; do
  cp -a "/dev/$name" "$work/outer/dev/"
done
mknod "$work/outer/dev/vda" b "0x$(stat -c %t "$device")" "0x$(stat -c %T "$device")"
mkdir -p "$work/outer/dev/disk/by-uuid"
ln -s ../../vda "$work/outer/dev/disk/by-uuid/$uuid"
mount -t proc proc "$work/outer/proc"
chroot "$work/outer" mount -o "subvol=$subvolume" /dev/vda /mnt
mount --move "$work/outer/dev" "$work/outer/mnt/dev"
mount --move "$work/outer/proc" "$work/outer/mnt/proc"

cat >"$work/outer/mnt/run-grub.sh" <<'END'
set -eu
subvolume=$1 uuid=$2
grub=/boot/grub
mkdir -p $grub/x86_64-efi $grub/fonts
cp /usr/share/grub/unicode.pf2 $grub/fonts/
cp /usr/lib/grub/x86_64-efi/*.mod /usr/lib/grub/x86_64-efi/*.lst $grub/x86_64-efi/
echo '(hd0) /dev/vda' >$grub/device.map
update-grub
rm $grub/device.map
printf 'search.fs_uuid %s root\nset prefix=($root)'"'"'/%s%s'"'"'\n' "$uuid" "$subvolume" $grub \
  >$grub/load.cfg
grub-mkimage --format=x86_64-efi --prefix=$grub --config=$grub/load.cfg \
  --output=$grub/BOOTX64.EFI part_gpt fat btrfs search_fs_uuid
rm $grub/load.cfg
END
chroot "$work/outer/mnt" sh /run-grub.sh "$subvolume" "$uuid"
rm "$work/outer/mnt/run-grub.sh"
umount -R "$work/outer"
rmdir "$work/outer"
