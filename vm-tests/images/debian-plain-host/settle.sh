# Makes of a tree of Debian's packages what its installer leaves on a machine, with container-snap's
# package installed. Runs in namespaces of its own, outside the tree.
#   settle.sh TREE
# TREE/recipe holds what the Debian host image is set up with, TREE/container-snap.deb the package.
set -eu
tree=$1

mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"
printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d" # no service starts in a chroot
chmod 755 "$tree/usr/sbin/policy-rc.d"

# One thing stays as in that image: dpkg's database lies in /usr, since in /var it would tell of
# this host after every update, too (docs/decisions/0020).
chroot "$tree" sh /recipe/prepare.sh
chroot "$tree" dpkg -i /container-snap.deb
rm -rf "$tree/recipe" "$tree/container-snap.deb" "$tree/usr/sbin/policy-rc.d"

# No image says what the kernel is told: the host's administrator does, where Debian has it.
rm "$tree/usr/lib/kernel/cmdline"
sed -i -e 's/^GRUB_CMDLINE_LINUX=.*/GRUB_CMDLINE_LINUX="console=tty0 console=ttyS0 loglevel=4"/' \
  -e 's/^GRUB_CMDLINE_LINUX_DEFAULT=.*/GRUB_CMDLINE_LINUX_DEFAULT="quiet host.kept=1"/' \
  "$tree/etc/default/grub"

mkdir -p "$tree/boot/efi"

# An emulated machine beside other work may take minutes to find its disks.
mkdir -p "$tree/etc/systemd/system.conf.d"
printf '[Manager]\nDefaultDeviceTimeoutSec=15min\n' >"$tree/etc/systemd/system.conf.d/slow-disks.conf"
: >"$tree/etc/fstab" # the machine's; it is written where the disk is known
umount -R "$tree/dev" "$tree/proc"
