# What the programs of this updater share. Sourced with the top level in $1.
# shellcheck shell=sh
. "$(dirname "$0")/../common/image.sh"

# The Debian that has the systemd-sysupdate under test; the machine's own may be older.
suite=trixie

# tools: sets $tools to a tree with systemd-sysupdate, made once from the machine's apt sources.
tools() {
  tools=$cache/tools/sysupdate-$suite
  [ ! -d "$tools" ] || return 0
  mkdir -p "$cache/tools"
  draft=$(mktemp -d "$cache/tools/draft.XXXXXX")
  # shellcheck disable=SC2016
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    'Component: main' | head -n 1)
  [ -n "$mirror" ] || fail 'the apt sources of this machine name no Debian archive'
  mmdebstrap --quiet --mode=root --variant=extract --include=systemd-container,tar,coreutils,dash \
    "$suite" "$draft/tree" "deb $mirror $suite main" >&2
  keep "$draft/tree" "$tools"
  rm -rf "$draft"
}

# served REFERENCE: sets $served to a tar archive of the image's tree, as a server has it.
served() {
  tree=$(unpacked "$1")
  served=$cache/tars/${tree##*/}.tar
  if [ ! -f "$served" ]; then
    mkdir -p "$cache/tars"
    draft=$(mktemp "$cache/tars/draft.XXXXXX")
    tar --create --numeric-owner --sort=name --xattrs --xattrs-include='*' --directory="$tree" \
      --file="$draft" .
    mv -f "$draft" "$served"
  fi
}

# sysupdate TOP VERSION: what is served, as this version, beside the current one.
sysupdate() {
  mkdir "$UPDATER_RUN/definitions"
  cat >"$UPDATER_RUN/definitions/os.transfer" <<'TRANSFER'
[Transfer]
Verify=no
[Source]
Type=tar
Path=/run/served
MatchPattern=os_@v.tar
[Target]
Type=subvolume
Path=/run/top/roots
MatchPattern=os_@v
CurrentSymlink=/run/top/current
InstancesMax=2
TRANSFER
  unshare --mount --propagation private sh -euc '
    tools=$1 top=$2 definitions=$3 served=$4 version=$5
    mount --bind "$tools" "$tools"
    mount -t proc proc "$tools/proc"
    mount --rbind /dev "$tools/dev"
    mount -t tmpfs tmpfs "$tools/run"
    mount -t tmpfs tmpfs "$tools/tmp"
    cd "$tools/run"
    mkdir top served definitions
    mount --rbind "$top" top
    : >"served/os_$version.tar"
    mount --bind "$served" "served/os_$version.tar"
    mount --bind "$definitions" definitions
    exec chroot "$tools" env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 SYSTEMD_LOG_TARGET=console \
      /usr/lib/systemd/systemd-sysupdate --definitions=/run/definitions --verify=no update' \
    sh "$tools" "$1" "$UPDATER_RUN/definitions" "$served" "$2" </dev/null >"$UPDATER_RUN/output" 2>&1 || {
    tail -n 10 "$UPDATER_RUN/output" >&2
    return 1
  }
}
