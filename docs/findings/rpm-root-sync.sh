#!/bin/sh
# rpm-root-sync.sh [FILESYSTEM]: rpm --upgrade exits with 0, once without and once with --root; what
# is on the disk then? Needs root, a loop device, rpm, rpmbuild and 300 MB in the current directory.
set -eu
filesystem=${1:-btrfs}
work=$(mktemp -d -p "$PWD")
trap 'cd /; umount "$work/disk" "$work/cut" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir disk cut

# try WORDS PLACE OPTION...: the package has its files at PLACE, which is on the disk.
try() {
  words=$1
  place=$2
  shift 2
  rm -f disk.img
  truncate -s 128M disk.img
  "mkfs.$filesystem" -q disk.img >log
  mount -o loop disk.img disk
  mkdir disk/root
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
mkdir -p %{buildroot}$place
for i in \$(seq 200); do echo version $version >%{buildroot}$place/\$i; done
%files
$place
END
    rpmbuild -bb --quiet --define "_topdir $work/build" \
      --define '_rpmfilename %%{NAME}-%%{VERSION}.rpm' sample.spec >log 2>&1
  done
  rpm "$@" --upgrade build/RPMS/sample-1.rpm >log 2>&1
  sync
  rpm "$@" --upgrade build/RPMS/sample-2.rpm >log 2>&1
  echo "$words, exit status $?, on $filesystem, $(rpm --version)"
  # The power fails here: what has reached the disk, as it is.
  cp --sparse=always disk.img cut.img
  umount disk
  mount -o loop cut.img cut
  echo "  the database knows $(rpm --dbpath="$work/cut/root/db" -q sample 2>&1 | tail -n 1)"
  find cut/root -path '*/sample/*' ! -name '*;*' -exec cat {} + | sort | uniq -c | sed 's/^ */  files: /'
  umount cut
}
try 'without --root' "$work/disk/root/sample" --dbpath="$work/disk/root/db"
try 'with --root' /sample --root="$work/disk/root" --dbpath=/db
