# What the updaters share that take an image apart themselves. Sourced; needs skopeo, jq and GNU tar.
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

# keep DRAFT PLACE: into the cache, unless another run was quicker.
keep() {
  mv -T "$1" "$2" 2>/dev/null || rm -rf "$1"
}

# digest_of REFERENCE: the digest of the image's manifest, without "sha256:".
digest_of() {
  skopeo inspect --raw "$1" | sha256sum | cut -d ' ' -f 1
}

# unpacked REFERENCE: prints a directory with the image's root. It is not to be written to.
unpacked() {
  tree=$cache/trees/$(digest_of "$1")
  if [ ! -d "$tree" ]; then
    mkdir -p "$cache/trees"
    draft=$(mktemp -d "$cache/trees/draft.XXXXXX")
    chmod 755 "$draft"
    skopeo copy --quiet "$1" "dir:$UPDATER_RUN/layers" >&2
    jq -r '.layers[].digest' "$UPDATER_RUN/layers/manifest.json" | while read -r layer; do
      apply_layer "$UPDATER_RUN/layers/${layer#sha256:}" "$draft"
    done
    rm -r "$UPDATER_RUN/layers"
    keep "$draft" "$tree"
  fi
  echo "$tree"
}

# apply_layer ARCHIVE DIRECTORY: one layer of the image, whiteouts first (OCI image-spec, layer.md).
apply_layer() {
  tar --list --quoting-style=literal -f "$1" | while IFS= read -r member; do
    name=${member##*/}
    parent=$2/${member%"$name"}
    case $member in
      */) [ ! -L "$2/${member%/}" ] && [ -d "$2/$member" ] || rm -f "$2/${member%/}" ;;
      */.wh..wh..opq | .wh..wh..opq) find "$parent" -mindepth 1 -delete ;;
      */.wh.* | .wh.*) rm -rf "$parent${name#.wh.}" ;;
      *) [ -L "$2/$member" ] || [ ! -d "$2/$member" ] || rm -rf "${2:?}/$member" ;;
    esac
  done
  tar --extract --preserve-permissions --same-owner --numeric-owner --xattrs \
    --xattrs-include='*' --exclude='.wh.*' -f "$1" -C "$2"
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
