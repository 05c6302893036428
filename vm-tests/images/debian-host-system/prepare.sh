# Runs inside the tree of the system while its image is built.
set -eu
recipe=/recipe

# os-release(5) keeps these two for whoever builds images.
cat >>/usr/lib/os-release <<'END'
IMAGE_ID=container-snap-debian-host
IMAGE_VERSION=1
END

# The root comes from the kernel's command line: each deployment is a subvolume of its own.
cat >/etc/fstab <<'END'
LABEL=SYSTEM /var btrfs subvol=@var 0 0
END

# machine-id(5): an empty file is filled in at boot, once for each machine.
: >/etc/machine-id

# An address by DHCP.
cp "$recipe/dhcp.network" /etc/systemd/network/80-dhcp.network
systemctl enable systemd-networkd.service

# The registry that updates come from, which here speaks plain HTTP.
mkdir -p /etc/containers/registries.conf.d
cp "$recipe/registry.conf" /etc/containers/registries.conf.d/50-updates.conf

# Whether a boot is good is for the image to say: whatever must have come up is RequiredBy
# boot-complete.target (systemd.special(7)). Here it is the network.
mkdir -p /usr/lib/systemd/system/boot-complete.target.requires
ln -s ../systemd-networkd.service /usr/lib/systemd/system/boot-complete.target.requires/

# For tests only: it says on the console that it is up, and has a shell on its second serial port.
cp "$recipe/up-marker.service" "$recipe/guest-shell.service" /usr/lib/systemd/system/
mkdir -p /usr/lib/systemd/system/multi-user.target.wants
ln -s ../up-marker.service ../guest-shell.service /usr/lib/systemd/system/multi-user.target.wants/
cp "$recipe/guest-shell" /usr/sbin/guest-shell
chmod 755 /usr/sbin/guest-shell

# An initrd of what a virtual machine's disk needs, and nothing more: emulated machines read and
# unpack it slowly. It leaves a note of which image it belongs to.
cat >/etc/initramfs-tools/conf.d/small <<'END'
MODULES=list
COMPRESS=zstd
COMPRESSLEVEL=3
END
printf '%s\n' virtio_blk virtio_pci virtio_scsi sd_mod ahci btrfs >/etc/initramfs-tools/modules
cp "$recipe/initrd-marker" /etc/initramfs-tools/scripts/init-bottom/image-version
chmod 755 /etc/initramfs-tools/scripts/init-bottom/image-version
update-initramfs -u -k all

# What the kernel is told. An emulated serial port is slow: warnings and what systemd says are enough.
mkdir -p /usr/lib/kernel
echo 'console=tty0 console=ttyS0 loglevel=4' >/usr/lib/kernel/cmdline

# The image brings its own ld.so.cache, and a server has one console.
systemctl mask ldconfig.service getty-static.service dev-hugepages.mount sys-kernel-debug.mount \
  sys-kernel-tracing.mount

# A host writes nothing of these, and need not carry them from image to image.
rm -rf /var/cache/apt /var/lib/apt/lists /var/log/* /var/cache/ldconfig /var/cache/debconf/*-old

# The package database describes the system of this image, so it goes where the system goes. In
# /var it would be the machine's, and tell of the first image for ever.
mkdir -p /usr/lib/sysimage
mv /var/lib/dpkg /usr/lib/sysimage/dpkg
ln -s ../../usr/lib/sysimage/dpkg /var/lib/dpkg

# What NEW changes and removes.
sample=/usr/share/update-sample
mkdir -p "$sample/removed"
for i in $(seq 60); do
  seq "$((i * 50))" >"$sample/$i"
  seq "$((i * 20))" >"$sample/removed/$i"
done

# A package that NEW upgrades.
cp "$recipe/sample-package.sh" "$sample/package.sh"
sh "$sample/package.sh" 1
