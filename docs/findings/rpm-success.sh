#!/bin/sh
# rpm-success.sh [FILESYSTEM]: rpm --upgrade exits with 0; what is on the disk then?
# Needs root, a loop device, rpm and rpmbuild, and some 300 MB in the current directory.
# RPMOPTS are more options for rpm, such as --define '_flush_io 1'.
set -eu
filesystem=${1:-ext4}
work=$(mktemp -d -p "$PWD")
trap 'cd /; umount "$work/disk" "$work/cut" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir disk cut
truncate -s 128M disk.img
"mkfs.$filesystem" -q disk.img >log
mount -o loop disk.img disk

for version in 1 2; do
  cat >sample.spec <<END
Name: sample
Version: $version
Release: 1
Summary: sample
License: none
%description
sample
%install
mkdir -p %{buildroot}/usr/sample
for i in \$(seq 200); do seq -f 'version $version line %%g' 500 >%{buildroot}/usr/sample/\$i; done
%files
/usr/sample
END
  rpmbuild -bb --quiet --define "_topdir $work/build" --define '_rpmfilename %%{NAME}-%%{VERSION}.rpm' \
    sample.spec >log 2>&1
done

mkdir -p disk/root
install_package() {
  eval "rpm ${RPMOPTS:-} --root=\"$work/disk/root\" --dbpath=/rpmdb --upgrade build/RPMS/sample-$1.rpm" >log 2>&1
}
install_package 1
sync
install_package 2
status=$?
# The power fails here: what has reached the disk, as it is.
cp --sparse=always disk.img cut.img
sleep "${LATER:-8}"
cp --sparse=always disk.img cut-later.img

count() {
  mount -o loop "$1" cut
  old=0 new=0 neither=0 unnamed=0
  for file in cut/root/usr/sample/*; do
    case $file in
      *\;*) unnamed=$((unnamed + 1)) && continue ;;
    esac
    case $(md5sum <"$file") in
      "$(seq -f 'version 1 line %g' 500 | md5sum)") old=$((old + 1)) ;;
      "$(seq -f 'version 2 line %g' 500 | md5sum)") new=$((new + 1)) ;;
      *) neither=$((neither + 1)) ;;
    esac
  done
  known=$(rpm --root="$work/cut/root" --dbpath=/rpmdb -q sample 2>&1 | tail -n 1)
  verified=$(rpm --root="$work/cut/root" --dbpath=/rpmdb -V sample 2>&1 | grep -c '^..5' || true)
  umount cut
  echo "files: $old old, $new new, $neither neither, $unnamed under temporary names; the database knows $known, rpm -V finds $verified changed"
}
echo "exit status $status, on $filesystem, $(rpm --version)"
echo "power cut at once:        $(count cut.img)"
echo "power cut ${LATER:-8} seconds later: $(count cut-later.img)"
