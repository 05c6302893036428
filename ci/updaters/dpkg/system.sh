# What the programs of this updater share. Sourced with the top level in $1.
# shellcheck shell=sh
. "$(dirname "$0")/${up:-}../common/image.sh"
. "$(dirname "$0")/${up:-}packages.sh"

root=$1/@root
# What an archive knows of the installed system: beside the root, and not judged.
known=$1/archive
# The packages of the update, once archive_for has found them.
archive=

# in_root COMMAND...: in the system, with what a running one has mounted. The archive is on
# /run/archive; maintainer scripts start no services, and two initrds of one system are equal. A
# system without apt is lent this machine's dpkg, with the programs that it calls, by their loader. Not
# with "dpkg --root": that takes a configuration file which is a directory for one elsewhere.
in_root() {
  unshare --mount --propagation private sh -euc '
    root=$1 archive=$2
    shift 2
    mount -t proc proc "$root/proc"
    [ ! -d "$root/sys" ] || mount -t sysfs -o ro sysfs "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/run"
    mount -t tmpfs tmpfs "$root/tmp"
    mkdir "$root/run/archive" "$root/run/lent"
    [ -z "$archive" ] || mount --bind "$archive" "$root/run/archive"
    if [ ! -x "$root/usr/bin/apt-get" ]; then
      mkdir "$root/run/machine"
      mount --bind / "$root/run/machine"
      loader=$(realpath /lib64/ld-linux-x86-64.so.2)
      for program in dpkg dpkg-deb dpkg-split tar rm diff; do
        printf "#!/bin/sh\nexec %s --library-path %s %s \"\$@\"\n" "/run/machine$loader" \
          "/run/machine${loader%/*}" "/run/machine$(command -v $program)" >"$root/run/lent/$program"
        chmod 755 "$root/run/lent/$program"
      done
    fi
    exec chroot "$root" env -i PATH=/run/lent:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
      LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive SOURCE_DATE_EPOCH=1 "$@"' \
    sh "$root" "$archive" "$@" </dev/null >"$UPDATER_RUN/output" 2>&1 || {
    tail -n 10 "$UPDATER_RUN/output" >&2
    return 1
  }
}

# lent_dpkg ARGUMENTS...: this machine's dpkg, for a system that has none.
lent_dpkg() {
  in_root /run/lent/dpkg --force-bad-path --refuse-unsafe-io --force-confdef --force-confold "$@"
}

# archive_for REFERENCE: sets $archive to a directory with the packages of the image and their index.
archive_for() {
  new=$(unpacked "$1")
  archive=$cache/debs/$(cat "$known/listing" "$known/versions" "$(dirname "$0")/${up:-}packages.sh" | sha256sum |
    cut -c 1-16)-${new##*/}
  if [ ! -d "$archive" ]; then
    mkdir -p "$cache/debs"
    draft=$(mktemp -d "$cache/debs/draft.XXXXXX")
    make_archive "$new" "$known/listing" "$known/versions" "$draft"
    keep "$draft" "$archive"
  fi
}

# apt_get ARGUMENTS...: apt-get with the archive as its one source, whose files are copied to
# /var/cache/apt/archives as downloads are. Told what unattended upgrades are told: ask nothing,
# keep what the administrator has changed.
apt_get() {
  in_root apt-get -qq --yes -o APT::Sandbox::User=root -o APT::Get::List-Cleanup=false \
    -o Dir::Etc::SourceList=/run/archive/sources.list -o Dir::Etc::SourceParts=/dev/null \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# bring_in APT-ARGUMENT...: all packages of the archive, and away with those that it no longer has.
bring_in() {
  if [ -x "$root/usr/bin/apt-get" ]; then
    apt_get update
    # shellcheck disable=SC2046
    apt_get "$@" install $(sed -n 's/^Package: //p' "$archive/Packages") \
      $(sed 's/$/-/' "$archive/removed")
  else
    # shellcheck disable=SC2046
    lent_dpkg --install $(cd "$archive" && printf '/run/archive/%s ' *.deb)
  fi
}
