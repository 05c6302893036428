# Runs inside the tree of a good image and breaks it.
#   break.sh FAULT
set -eu
fault=$1
sed -i -e 's/^VERSION_ID=.*/VERSION_ID=3/' -e 's/^IMAGE_VERSION=.*/IMAGE_VERSION=3/' \
  -e "s/version 2/version 3 ($fault)/" /usr/lib/os-release
initrd=$(echo /usr/lib/modules/*/initramfs.img)
steps=/usr/lib/boot-steps
mkdir -p "$steps"

unpack() {
  work=$(mktemp -d)
  cd "$work"
  gzip -dc "$initrd" | cpio -i -d
}
pack() {
  find . | sort | cpio -o -H newc | gzip >"$initrd"
  cd /
  rm -r "$work"
}

# Whole so far: an initrd of the new image.
unpack
echo 3 >etc/image-version
pack

case "$fault" in
  dying-init) # there, and executable, but it ends at once: the kernel panics
    rm /usr/sbin/init
    printf '#!/bin/sh\necho "init: cannot start"\nexit 1\n' >/usr/sbin/init
    chmod 755 /usr/sbin/init
    ;;
  wrong-root) # its initrd has another idea of where the root is; the menu's word does not count
    unpack
    sed -i 's/^device=$/root=LABEL=NOWHERE\ndevice=/' init
    grep -q NOWHERE init
    pack
    ;;
  initrd-without-modules) # the kernel finds neither the disk nor the filesystem
    unpack
    rm -r lib/modules
    pack
    ;;
  truncated-initrd) # as a full disk would have left it in a build that does not look
    size=$(stat -c %s "$initrd")
    head -c "$((size / 2))" "$initrd" >"$initrd.half"
    mv "$initrd.half" "$initrd"
    ;;
  failing-step) # what must come up for boot-complete.target does not
    echo 'exit 1' >"$steps/health"
    ;;
  late-panic) # runs for a while first
    echo 'sleep 20; echo c >/proc/sysrq-trigger; sleep 60' >"$steps/bad-driver"
    ;;
  *)
    echo "break.sh: there is no fault $fault" >&2
    exit 2
    ;;
esac
