#!/bin/sh
# rpm-fifo.sh: a package with a FIFO is installed. Needs root, rpm and rpmbuild.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >sample.spec <<'END'
Name: sample
Version: 1
Release: 1
Summary: sample
License: none
%description
sample
%install
mkdir -p %{buildroot}/sample
mkfifo %{buildroot}/sample/fifo
%files
/sample
END
rpmbuild -bb --quiet --define "_topdir $work/build" --define '_rpmfilename %%{NAME}.rpm' \
  sample.spec >log 2>&1
mkdir root
status=0
timeout -s KILL 20 rpm --root="$work/root" --dbpath=/db --install build/RPMS/sample.rpm >log 2>&1 || status=$?
echo "$(rpm --version), exit status $status (137: killed after 20 seconds)"
ls -l root/sample
