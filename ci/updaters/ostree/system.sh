# What the programs of this updater share. Sourced with the top level in $1.
# shellcheck shell=sh
. "$(dirname "$0")/../common/image.sh"

# So that a deployment can be deleted as any directory is; and the kernels have no device trees.
export OSTREE_SYSROOT_DEBUG=mutable-deployments,no-dtb

# served REFERENCE: sets $served to a repository with a commit of the image's tree, as a server has
# it, laid out as ostree wants: /etc in /usr/etc, the kernel beside its modules, /var empty.
served() {
  tree=$(unpacked "$1")
  served=$cache/ostree/${tree##*/}
  [ ! -d "$served" ] || return 0
  mkdir -p "$cache/ostree"
  draft=$(mktemp -d "$cache/ostree/draft.XXXXXX")
  cp --archive --link "$tree" "$draft/tree"
  rm -rf "$draft/tree/var" "$draft/tree/dev" "$draft/tree/run" "$draft/tree/tmp"
  mkdir "$draft/tree/var" "$draft/tree/dev" "$draft/tree/run" "$draft/tree/tmp" "$draft/tree/sysroot"
  mv "$draft/tree/etc" "$draft/tree/usr/etc"
  ln -s sysroot/ostree "$draft/tree/ostree"
  for kernel in "$draft"/tree/boot/vmlinuz-*; do
    [ -f "$kernel" ] || continue
    version=${kernel##*/vmlinuz-}
    mv "$kernel" "$draft/tree/usr/lib/modules/$version/vmlinuz"
    mv "$draft/tree/boot/initrd.img-$version" "$draft/tree/usr/lib/modules/$version/initramfs.img"
  done
  # ostree keeps regular files, directories and symbolic links only.
  find "$draft/tree" ! -type f ! -type d ! -type l -delete
  ostree --repo="$draft/repo" init --mode=archive
  ostree --repo="$draft/repo" commit --branch=image --tree=dir="$draft/tree" \
    --timestamp=@1 --no-bindings >/dev/null
  rm -rf "$draft/tree"
  keep "$draft" "$served"
}

# deploy TOP: the commit fetched, and deployed beside the one that runs. /etc is merged.
deploy() {
  ostree --repo="$1/ostree/repo" pull-local "$served/repo" image >/dev/null
  ostree admin deploy --sysroot="$1" --os=system --karg=rw image >/dev/null
}
