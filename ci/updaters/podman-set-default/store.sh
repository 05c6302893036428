# What the programs of this updater share: podman's store on the system under test, and the btrfs
# default subvolume, which the boot loader of openSUSE follows. Sourced, with the top level of the
# system's btrfs in $1. UPDATER_RUN is a directory of this run alone.
set -eu

top=$1
store=$top/@var/lib/containers/storage

cat >"$UPDATER_RUN/storage.conf" <<CONF
[storage]
driver = "btrfs"
graphroot = "$store"
runroot = "$UPDATER_RUN/runroot"
CONF
cat >"$UPDATER_RUN/containers.conf" <<CONF
[network]
network_backend = "netavark"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
image_copy_tmp_dir = "storage"
static_dir = "$UPDATER_RUN/static"
tmp_dir = "$UPDATER_RUN/tmp"
volume_path = "$UPDATER_RUN/volumes"
CONF
export CONTAINERS_STORAGE_CONF="$UPDATER_RUN/storage.conf"
export CONTAINERS_CONF="$UPDATER_RUN/containers.conf"
export STORAGE_DRIVER=btrfs STORAGE_OPTS=

# Pulls the image of a reference and prints its id.
pull() {
  podman pull --quiet "$1"
}

# The directory of the layer that an image's root is, from the store's own index.
top_layer() {
  layer=$(sed 's/{"id":/\n&/g' "$store/btrfs-images/images.json" |
    sed -n "/^{\"id\":\"$1\"/s/.*\"layer\":\"\([0-9a-f]*\)\".*/\1/p")
  [ -n "$layer" ] || {
    echo "the store has no image $1" >&2
    exit 1
  }
  echo "$store/btrfs/subvolumes/$layer"
}

# The root that boots next, below the top level; nothing where the default is the top level itself.
next_root() {
  btrfs subvolume get-default "$top" | sed -n 's/.* path //p'
}
