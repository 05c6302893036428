# Runs inside the tree of OLD; what it changes becomes the upper layer of NEW.
set -eu
sed -i -e 's/^IMAGE_VERSION=.*/IMAGE_VERSION=2/' -e 's/^VERSION="\(.*\)"/VERSION="\1, update 2"/' \
  /usr/lib/os-release

replace() { # as package managers do: a new file is written and renamed over the old one
  cp -p "$1" "$1.new"
  printf '%s\n' "$2" >>"$1.new"
  mv "$1.new" "$1"
}

# What no boot survives half written: a program and a library end where their section headers end,
# so bytes after them change nothing.
for file in /usr/lib/systemd/systemd /usr/bin/bash /usr/bin/mount /usr/bin/btrfs \
  "$(readlink -f /usr/lib/x86_64-linux-gnu/libc.so.6)" \
  "$(find /usr/lib/x86_64-linux-gnu/systemd -name 'libsystemd-shared-*.so')"; do
  replace "$file" 'image version 2'
done

sample=/usr/share/update-sample
for i in $(seq 60); do
  echo 'version 2' >>"$sample/$i"
done
rm -r "$sample/removed"
mkdir "$sample/added"
for i in $(seq 60); do
  seq "$((i * 40))" >"$sample/added/$i"
done
ln -s ../1 "$sample/added/relative-link"
ln "$sample/added/1" "$sample/added/second-name-of-1"

# /etc: one changed, one added.
echo 'image version 2' >>/etc/issue
printf '[image]\nversion=2\n' >/etc/update-sample.conf

# A package in a higher version.
sh "$sample/package.sh" 2

# Another initrd.
sed -i 's/^initrd_version=.*/initrd_version=2/' \
  /etc/initramfs-tools/scripts/init-bottom/image-version
update-initramfs -u -k all
