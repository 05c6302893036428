# Runs inside a Debian tree: lays the small system out below the directory it is given.
set -eu
tree=$1
recipe=$(dirname "$0")
version=$(basename /usr/lib/modules/*)
modules=usr/lib/modules/$version

mkdir -p "$tree"
cd "$tree"
mkdir -p usr/bin usr/sbin "$modules" usr/share etc/init.d boot dev proc sys run tmp var home root mnt
chmod 1777 tmp
chmod 700 root
ln -s usr/bin bin
ln -s usr/sbin sbin
ln -s usr/lib lib

cp /usr/bin/busybox usr/bin/busybox
for applet in $(busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "usr/bin/$applet"
done
ln -s ../bin/busybox usr/sbin/init

# The kernel, and the modules that a btrfs root on a virtual or SATA disk needs.
cp "/boot/vmlinuz-$version" "$modules/vmlinuz"
cp "/$modules/modules.builtin" "/$modules/modules.builtin.modinfo" "/$modules/modules.order" "$modules/"
for module in btrfs virtio_blk virtio_scsi sd_mod ahci nvme; do
  modprobe -S "$version" --show-depends "$module"
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
  target=usr/${file#/}
  target=$(echo "$target" | sed 's|^usr/usr/|usr/|')
  mkdir -p "$(dirname "$target")"
  case "$file" in
    *.xz) busybox unxz -c "$file" >"${target%.xz}" ;;
    *) cp "$file" "$target" ;;
  esac
done
depmod -b "$tree" "$version"

cat >etc/os-release <<'END'
ID=container-snap-small
NAME="Small system for update checks"
PRETTY_NAME="Small system for update checks, version 1"
VERSION_ID=1
IMAGE_ID=container-snap-small
IMAGE_VERSION=1
END
mkdir -p usr/lib
mv etc/os-release usr/lib/os-release
ln -s ../usr/lib/os-release etc/os-release
: >etc/machine-id
echo container-snap >etc/hostname
echo 'LABEL=SYSTEM /var btrfs subvol=@var 0 0' >etc/fstab
echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
echo 'root:*:20000:0:99999:7:::' >etc/shadow
chmod 640 etc/shadow
# Files for the owner of a machine to change, remove or turn into something else.
echo 'welcome to version 1' >etc/motd
echo 'small system' >etc/issue
echo 'small system, from the network' >etc/issue.net
printf '/bin/sh\n' >etc/shells
echo 'PATH=/usr/bin:/usr/sbin' >etc/profile
ln -s ../usr/share/zoneinfo/UTC etc/localtime
echo '# of version 1' >root/.profile
cp "$recipe/inittab" etc/inittab
cp "$recipe/rcS" etc/init.d/rcS
cp "$recipe/guest-shell" usr/sbin/guest-shell
chmod 755 etc/init.d/rcS usr/sbin/guest-shell

# For a boot loader that follows the default subvolume: the kernel, told no subvolume, mounts it too.
mkdir -p boot/grub2
cat >boot/grub2/grub.cfg <<END
set default=0
set timeout=3
menuentry 'Small system' --id small {
  linux /$modules/vmlinuz root=LABEL=SYSTEM rw console=ttyS0
  initrd /$modules/initramfs.img
}
END

sample=usr/share/update-sample
mkdir -p "$sample/removed" "$sample/becomes-a-file"
for i in $(seq 300); do
  seq "$((i * 10))" >"$sample/$i"
done
for i in $(seq 30); do
  seq "$((i * 20))" >"$sample/removed/$i"
done
echo 'inside' >"$sample/becomes-a-file/inside"
echo 'a file' >"$sample/becomes-a-directory"

initrd=$(mktemp -d)
mkdir -p "$initrd/bin" "$initrd/dev" "$initrd/proc" "$initrd/sys" "$initrd/root" "$initrd/lib/modules" \
  "$initrd/etc"
cp usr/bin/busybox "$initrd/bin/busybox"
cp -r "$modules" "$initrd/lib/modules/"
rm "$initrd/lib/modules/$version/vmlinuz"
cp "$recipe/initrd-init" "$initrd/init"
chmod 755 "$initrd/init"
echo 1 >"$initrd/etc/image-version"
(cd "$initrd" && find . | sort | cpio --quiet -o -H newc) | gzip -n >"$modules/initramfs.img"
