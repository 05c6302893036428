# Runs inside the tree of OLD; what it changes becomes the upper layer of NEW.
set -eu
sed -i -e 's/^VERSION_ID=.*/VERSION_ID=2/' -e 's/^IMAGE_VERSION=.*/IMAGE_VERSION=2/' \
  -e 's/version 1/version 2/' /usr/lib/os-release

sample=/usr/share/update-sample
for i in $(seq 150); do
  echo 'version 2' >>"$sample/$i"
done
mkdir "$sample/added"
for i in $(seq 80); do
  seq "$((i * 30))" >"$sample/added/$i"
done
ln "$sample/added/1" "$sample/added/second-name-of-1"
ln -s /usr/lib/os-release "$sample/added/absolute-link"
rm -r "$sample/removed" "$sample/becomes-a-file" "$sample/becomes-a-directory"
echo 'a file' >"$sample/becomes-a-file"
mkdir "$sample/becomes-a-directory"
echo 'inside' >"$sample/becomes-a-directory/inside"
printf '[image]\nversion=2\n' >/etc/update-sample.conf
# What a machine's owner may have changed as well, in other ways.
echo 'welcome to version 2' >/etc/motd
echo 'small system, version 2' >/etc/issue
echo 'PATH=/usr/bin' >/etc/profile
ln -sf ../usr/share/zoneinfo/Etc/UTC /etc/localtime
rm /etc/shells
echo '# of version 2' >/root/.profile
echo 'of version 2' >/home/everyone
echo 'service:x:900:900:A service:/:/bin/false' >>/etc/passwd
echo 'service:x:900:' >>/etc/group
echo 'service:*:20000:0:99999:7:::' >>/etc/shadow

# The program that everything is: written anew, with bytes after its end that change nothing.
cp -p /usr/bin/busybox /usr/bin/busybox.new
echo 'image version 2' >>/usr/bin/busybox.new
mv /usr/bin/busybox.new /usr/bin/busybox

# Another initrd: the old one unpacked, changed and packed again.
image=$(echo /usr/lib/modules/*/initramfs.img)
initrd=$(mktemp -d)
cd "$initrd"
gzip -dc "$image" | cpio -i -d
cp /usr/bin/busybox bin/busybox
echo 2 >etc/image-version
find . | sort | cpio -o -H newc | gzip >"$image.new"
mv "$image.new" "$image"
cd /
rm -r "$initrd"

# A stand-in for container-snap's own unit, which only says that the image would bless itself: so an
# update to it is put on trial.
mkdir -p /usr/lib/systemd/system
printf '[Service]\nType=oneshot\nExecStart=/usr/bin/container-snap bless\n' \
  >/usr/lib/systemd/system/container-snap-bless.service
