# Runs inside the tree of OLD; what it changes becomes the upper layer of NEW.
set -eu

replace() { # as package managers do: a new file is written and renamed over the old one
  cp -p "$1" "$1.new"
  printf '%s\n' "$2" >>"$1.new"
  mv "$1.new" "$1"
}

sed -i -e 's/^IMAGE_VERSION=.*/IMAGE_VERSION=2/' -e 's/^VERSION="\(.*\)"/VERSION="\1, update 2"/' \
  /usr/lib/os-release

# Changed: every unit, completion and tmpfiles rule (a comment more) …
find /usr/lib/systemd/system /usr/share/bash-completion /usr/lib/tmpfiles.d /usr/lib/udev/rules.d \
  -type f >/tmp/texts
while read -r file; do
  replace "$file" '# image version 2'
done </tmp/texts
rm /tmp/texts
# … and what no boot survives half written: a program and a library end where their section
# headers end, so bytes after them change nothing.
for file in /usr/lib/systemd/systemd /usr/lib/systemd/systemd-udevd /usr/bin/bash /usr/bin/mount \
  /usr/bin/kmod /usr/bin/btrfs "$(readlink -f /usr/lib/x86_64-linux-gnu/libc.so.6)" \
  "$(find /usr/lib/x86_64-linux-gnu/systemd -name 'libsystemd-shared-*.so')"; do
  replace "$file" 'image version 2'
done

# Added.
added=/usr/share/update-sample/added
mkdir -p "$added/empty-directory"
for i in $(seq 150); do
  seq "$((i * 70))" >"$added/$i"
done
head -c 3000000 /usr/lib/x86_64-linux-gnu/libc.so.6 >"$added/large"
ln -s ../stays/1 "$added/relative-link"
ln -s /usr/lib/os-release "$added/absolute-link"
ln -s nowhere "$added/dangling-link"
ln "$added/1" "$added/second-name-of-1"
mkfifo "$added/fifo"
printf 'name with a space, and ü\n' >"$added/name with a space, and ü"
cp /usr/bin/true "$added/set-user-id"
chmod 4755 "$added/set-user-id"

# Removed.
rm -rf /usr/share/lintian /usr/share/bug /usr/share/zoneinfo/Antarctica /usr/share/zoneinfo/Arctic
rm -f /boot/System.map-*

# One kind of thing became another.
sample=/usr/share/update-sample
rm "$sample/becomes-a-directory"
mkdir "$sample/becomes-a-directory"
echo 'inside' >"$sample/becomes-a-directory/inside"
rm -r "$sample/becomes-a-file" "$sample/becomes-a-link" "$sample/emptied"
echo 'a file' >"$sample/becomes-a-file"
ln -s stays "$sample/becomes-a-link"
mkdir "$sample/emptied"
setcap cap_net_admin+ep "$sample/gains-a-capability"
setcap -r "$sample/loses-a-capability"
echo 'two files now' >"$sample/linked-b.new"
mv "$sample/linked-b.new" "$sample/linked-b"
: >"$sample/shrinks"
seq 100000 >"$sample/grows"
chmod 640 "$sample/metadata"
chown 1:2 "$sample/metadata"

# /etc: one changed, one added, one removed.
echo 'image version 2' >>/etc/issue
printf '[image]\nversion=2\n' >/etc/update-sample.conf
rm -f /etc/issue.net

# /boot: another initrd, rebuilt as a kernel or driver update would. The hook puts the image's
# version into it, so that the two initrds can be told apart from inside too.
cat >/etc/initramfs-tools/hooks/image-version <<'END'
#!/bin/sh
[ "$1" = prereqs ] && exit 0
mkdir -p "$DESTDIR/etc"
echo 2 >"$DESTDIR/etc/image-version"
END
chmod 755 /etc/initramfs-tools/hooks/image-version
update-initramfs -u -k all

# A stand-in for container-snap's own unit, which only says that the image would bless itself: so an
# update to it is put on trial.
mkdir -p /usr/lib/systemd/system
printf '[Service]\nType=oneshot\nExecStart=/usr/bin/container-snap bless\n' \
  >/usr/lib/systemd/system/container-snap-bless.service
