# What the updaters share that take an image apart themselves. Sourced; needs podman and skopeo.
#
# Trees and packages are kept for later runs, by the digest of what they are made of, in
# UPDATER_CACHE or in the user's cache. It may be deleted at any time when nothing runs.
# shellcheck shell=sh
set -eu
export LC_ALL=C.UTF-8

cache=${UPDATER_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/container-snap-updaters}

fail() {
  echo "$*" >&2
  exit 1
}

# What a run that was ended left of what it was making.
[ ! -d "$cache" ] || find "$cache" -mindepth 2 -maxdepth 2 -name 'draft.*' -mmin +1440 -exec rm -rf {} +

# keep DRAFT PLACE: into the cache, unless another run was quicker.
keep() {
  mv -T "$1" "$2" 2>/dev/null || rm -rf "$1"
}

# digest_of REFERENCE: the digest of the image's manifest, without "sha256:".
digest_of() {
  skopeo inspect --raw "$1" | sha256sum | cut -d ' ' -f 1
}

# in_store ARGUMENT...: podman on a store of this run alone, in plain directories. Its options are
# files, since podman wants a shorter --runroot than a run's directory may be.
in_store() {
  cat >"$UPDATER_RUN/storage.conf" <<CONF
[storage]
driver = "vfs"
graphroot = "$UPDATER_RUN/store"
runroot = "$UPDATER_RUN/store-run"
CONF
  cat >"$UPDATER_RUN/containers.conf" <<CONF
[network]
network_backend = "netavark"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
image_copy_tmp_dir = "storage"
static_dir = "$UPDATER_RUN/store-run/static"
tmp_dir = "$UPDATER_RUN/store-run/tmp"
CONF
  CONTAINERS_STORAGE_CONF=$UPDATER_RUN/storage.conf CONTAINERS_CONF=$UPDATER_RUN/containers.conf \
    STORAGE_DRIVER=vfs STORAGE_OPTS='' podman "$@"
}

# unpacked REFERENCE: prints a directory with the image's root. It is not to be written to. podman
# unpacks it: whatever names and links an image has, nothing outside of the directory is touched.
unpacked() {
  tree=$cache/trees/$(digest_of "$1")
  if [ ! -d "$tree" ]; then
    mkdir -p "$cache/trees"
    draft=$(mktemp -d "$cache/trees/draft.XXXXXX")
    image=$(in_store pull --quiet "$1")
    copy_tree "$(in_store image mount "$image")" "$draft"
    in_store image unmount "$image" >&2
    rm -rf "$UPDATER_RUN/store" "$UPDATER_RUN/store-run"
    keep "$draft" "$tree"
  fi
  echo "$tree"
}

# copy_tree FROM TO: with owners, hard links and extended attributes; TO exists and is empty.
copy_tree() {
  cp --archive --reflink=auto "$1/." "$2/"
}

# make_root TOP NAME: an empty directory for a system, a subvolume where there are subvolumes.
make_root() {
  if [ "$(stat --file-system --format %T "$1")" = btrfs ]; then
    btrfs --quiet subvolume create "$1/$2"
  else
    mkdir "$1/$2"
  fi
}

# kernel_of TOP ROOT: what a boot loader that searches the root's kernel finds, as next-boot says it.
kernel_of() {
  for kernel in "$1/$2"/boot/vmlinuz-* "$1/$2"/usr/lib/modules/*/vmlinuz; do
    [ -f "$kernel" ] || continue
    echo "kernel=${kernel#"$1/"}"
    case $kernel in
      */vmlinuz) initrd=${kernel%vmlinuz}initramfs.img ;;
      *) initrd=${kernel%/*}/initrd.img-${kernel##*/vmlinuz-} ;;
    esac
    [ ! -f "$initrd" ] || echo "initrd=${initrd#"$1/"}"
    return
  done
}

# listing TREE: two lines for each path: its kind, mode and owner; what it holds or points to.
listing() {
  (
    cd "$1"
    find . -mindepth 1 -xdev \( -type l -printf '%P\tl %l\n' -o -printf '%P\t%y %m %U %G\n' \)
    find . -xdev -type f -exec sha256sum --zero {} + | tr '\n\0' '\r\n' |
      sed 's|^\([0-9a-f]*\)  \./\(.*\)|\2\t\1|'
    getcap -r . 2>/dev/null | sed 's|^\./\(.*\) \([^ ]*\)$|\1\tcap \2|'
  ) | LC_ALL=C sort
}
