# Runs inside the tree of OLD while its image is built.
set -eu

# os-release(5) keeps these two for whoever builds images.
cat >>/usr/lib/os-release <<'END'
IMAGE_ID=container-snap-debian
IMAGE_VERSION=1
END

# The root comes from the kernel's command line: each deployment is a subvolume of its own.
cat >/etc/fstab <<'END'
LABEL=SYSTEM /var btrfs subvol=@var 0 0
END

# machine-id(5): an empty file is filled in at boot, once for each machine.
: >/etc/machine-id

# One of each kind of thing that NEW turns into another kind.
sample=/usr/share/update-sample
mkdir -p "$sample/becomes-a-file" "$sample/becomes-a-link" "$sample/emptied" "$sample/stays"
echo 'a file' >"$sample/becomes-a-directory"
echo 'inside' >"$sample/becomes-a-file/inside"
echo 'inside' >"$sample/becomes-a-link/inside"
for i in $(seq 40); do
  seq "$((i * 50))" >"$sample/emptied/$i"
  seq "$((i * 60))" >"$sample/stays/$i"
done
cp /usr/bin/true "$sample/gains-a-capability"
cp /usr/bin/true "$sample/loses-a-capability"
setcap cap_net_raw+ep "$sample/loses-a-capability"
echo 'one file, two names' >"$sample/linked-a"
ln "$sample/linked-a" "$sample/linked-b"
seq 100000 >"$sample/shrinks"
: >"$sample/grows"
echo 'mode and owner change' >"$sample/metadata"
