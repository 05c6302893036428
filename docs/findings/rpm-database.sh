#!/bin/sh
# rpm-database.sh [FILESYSTEM]: two packages are upgraded in one transaction. What does a power cut
# leave, and what does "rpm --upgrade" of what the database does not know yet make of it?
# Needs root, a loop device, rpm, rpmbuild, strace and some gigabytes in the current directory.
set -eu
filesystem=${1:-btrfs}
work=$(mktemp -d -p "$PWD")
trap 'cd /; umount "$work/disk" "$work/cut" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir disk cut cuts
truncate -s 400M disk.img
"mkfs.$filesystem" -q disk.img >log
mount -o loop disk.img disk
options=loop
[ "$filesystem" != xfs ] || options=loop,nouuid

for version in 1 2; do
  for name in liba program; do
    place=$work/disk/root/$name
    cat >sample.spec <<END
Name: $name
Version: $version
Release: 1
Summary: sample
License: none
%description
sample
%install
mkdir -p %{buildroot}$place
for i in \$(seq 50); do echo version $version >%{buildroot}$place/\$i; done
%files
$place
END
    rpmbuild -bb --quiet --define "_topdir $work/build" \
      --define '_rpmfilename %%{NAME}-%%{VERSION}.rpm' sample.spec >log 2>&1
  done
done
packages=$work/build/RPMS
mkdir disk/root
rpm --dbpath="$work/disk/db" --install "$packages/liba-1.rpm" "$packages/program-1.rpm" >log 2>&1
sync

# strace stops rpm after each sync: the disk is copied then. A copy is what a power cut leaves.
cat >copy.sh <<'END'
n=1000
while IFS= read -r line; do
  n=$((n + 1))
  cp --reflink=auto --sparse=always "$1/disk.img" "$1/cuts/$n"
done
END
strace -f -qq -e trace=fsync,fdatasync,syncfs,sync -o '|sh copy.sh '"$work" \
  rpm --dbpath="$work/disk/db" --upgrade "$packages/liba-2.rpm" "$packages/program-2.rpm" >log 2>&1
cp --sparse=always disk.img cuts/after-exit-0

files() { # DIRECTORY: how many of the 100 files are of which version
  for name in liba program; do
    for i in $(seq 50); do
      if [ -s "$1/root/$name/$i" ]; then cat "$1/root/$name/$i"; elif [ -e "$1/root/$name/$i" ]; then echo empty; else echo missing; fi
    done
  done | sort | uniq -c | awk '{ printf "%s%s %s%s", (NR > 1 ? ", " : ""), $1, $2, ($3 == "" ? "" : " " $3) }'
}
known() { # the versions that the database knows
  rpm --dbpath="$work/cut/db" -qa --qf '%{NAME} %{VERSION}\n' 2>&1 | sort | paste -sd ' ' -
}
umount disk
# The packages have their files below the same path: the copy is mounted where the disk was.
for copy in cuts/*; do
  mount -o "$options" "$copy" cut
  before="files: $(files cut); the database: $(known)"
  umount cut
  when='in between'
  [ "$copy" != cuts/after-exit-0 ] || when='after exit status 0'
  mount -o "$options" "$copy" disk
  for name in liba program; do
    [ "$(rpm --dbpath="$work/disk/db" -q --qf '%{VERSION}\n' "$name" 2>/dev/null | sort -n | tail -n 1)" = 2 ] ||
      rpm --dbpath="$work/disk/db" --upgrade "$packages/$name-2.rpm" >log 2>&1 || true
  done
  after=$(files disk)
  rpm --dbpath="$work/disk/db" --upgrade --replacepkgs "$packages/liba-2.rpm" "$packages/program-2.rpm" >log 2>&1 || true
  replaced=$(files disk)
  umount disk
  echo "$when: $before; after the upgrade of what is not known: $after; after --replacepkgs: $replaced"
done | sort | uniq -c
