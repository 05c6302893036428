package io.github.containersnap.proof;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.linux.BtrfsHandle;
import io.github.containersnap.oci.layer.LayerContents;
import io.github.containersnap.oci.layer.LayerTree;
import io.github.containersnap.tree.TreeManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;

/**
 * {@link LayerProof} without looking again at what an earlier proof has looked at: of an update, as
 * much is read as it changes.
 *
 * <p>The claim is the same: the top layer's subvolume is the tree that the layers' digests give. It
 * is proven layer by layer, from the highest one of which a record says what its subvolume, or the
 * one below it, was proven to hold ({@link TreeRecord}); with no record, from the bottom.
 *
 * <p><b>The tree expected.</b> What an archive says is a function of its digest. The new layer's
 * archive is read and must have that digest; it is applied to the tree that the record has.
 *
 * <p><b>The tree found.</b> The blocks of a btrfs tree are never written in place: each leaf says
 * which transaction wrote it, and a change of any item writes its leaf again. A snapshot begins as
 * the very leaves of its source. The record says at which transaction G (the <i>generation</i>) a
 * subvolume P was proven, after a commit. So a leaf of a later snapshot T of P, or of P itself,
 * that was written by G or before is a leaf of P as it was proven, and the kernel's search passes
 * by it (TREE_SEARCH, min_transid). Of every inode with an item in any other leaf all items are
 * read, of directories all entries, and all is compared by {@link LayerComparison}. An item that is
 * gone leaves no trace of itself; but the kernel writes the inode item of a file, or of a
 * directory, with each change to its names, entries, attributes or extents, and that shows. If T is
 * older than the proof of P (podman makes all layers of an image before any is proven), leaves are
 * told by the transaction that made T, and each inode of P in a leaf written after that is looked
 * at in T as well; P must not have been written since its proof.
 *
 * <p><b>What files hold</b> is taken over for an inode that has the number, and by the walk from
 * the root the place, that it had in P, and whose item was last written by G or before: data is
 * written to new extents, and the transaction that makes them part of the file writes its inode.
 * Every other file is read. Modes, owners, lengths, attributes, links, names and numbers are
 * compared always.
 *
 * <p>What might deceive this, and why it does not; {@code IncrementalProofTest} has a test of each:
 *
 * <ul>
 *   <li><i>Times that were set back, writes of the same length:</i> no time or length is believed.
 *   <li><i>Renames, hard links, attributes, chmod:</i> each writes the inodes that take part. A
 *       renamed directory is met at its new place with a number that is not the one expected.
 *   <li><i>A clone (reflink)</i> writes the inode; it is read, whatever extents it shares.
 *   <li><i>Defragmentation</i> writes inodes, and the files are read again.
 *   <li><i>A balance</i> moves leaves and extents, and changes neither files nor inode items:
 *       leaves that it moved are new and compared again, contents that it copied have btrfs's
 *       checksums.
 *   <li><i>Received subvolumes</i> and others that are no snapshot of what was proven, such as ones
 *       put in a layer's place: a UUID is never given twice; their inodes are all compared, and
 *       their files read.
 *   <li><i>Files written in place</i> (chattr +C, swap files, whose data the kernel writes past the
 *       filesystem): always read; a subvolume that has one is not recorded.
 *   <li><i>A base that was changed after its record</i>, before the pull or after it: a change made
 *       before the snapshot is in the snapshot's leaves, written after G; a later one is not in it.
 *   <li><i>A generation that goes back:</i> below.
 * </ul>
 *
 * <p><b>Crashes.</b> What is proven was committed before, G is a committed transaction, and the
 * record is written after it. btrfs comes back from a power cut in the state of one commit, G's or
 * a later one, with the log of fsync'd files on top, whose replay is a transaction of its own like
 * any other. The transactions whose numbers are given out a second time were lost, and came after
 * G. So a record needs no fsync and no rename: torn, it fails its digest and is as good as none.
 * {@code kill -9} is less than a power cut. A subvolume that is at an earlier transaction than its
 * own record says (a backup root was mounted) does not go by it. No clock plays a part.
 *
 * <p><b>Not defended against:</b> root, who can forge the records, and could as well write to the
 * deployments. Bits that rot in an extent after it was read are found by btrfs's checksums, as EIO
 * when they are next read: by the whole proof, not by this one. The records may not be carried to a
 * copy of the filesystem that lives on beside the original, nor stay while a backup root takes the
 * filesystem back. Like the whole proof, this one reads through the page cache, and needs that
 * nothing else writes to the store meanwhile.
 *
 * <p>Whatever is in doubt here is an exception, and the caller makes the whole proof.
 */
final class IncrementalProof implements AutoCloseable {
  private final StoredImage image;
  private final ProofRecords records;
  private final List<String> diffIds;
  private final Map<Integer, BtrfsHandle> subvolumes = new HashMap<>();

  private IncrementalProof(StoredImage image, ProofRecords records) {
    this.image = image;
    this.records = records;
    this.diffIds = image.config().diffIds();
  }

  /**
   * Proves the image and records what was learnt.
   *
   * @throws IOException if there is any doubt, justified or not
   */
  static ProvenLayer prove(StoredImage image, ProofRecords records) throws IOException {
    try (IncrementalProof proof = new IncrementalProof(image, records)) {
      return proof.prove();
    }
  }

  /**
   * What is proven already.
   *
   * @param tree what a subvolume held
   * @param layers how many of the image's layers make that tree
   * @param isChecked whether btrfs has checksums of all its files
   */
  private record Proven(ProvenTree tree, int layers, boolean isChecked) {
    TreeRecord.Header header() {
      return tree.record().header();
    }
  }

  /**
   * In what a subvolume may differ from a proven one.
   *
   * @param since inodes that were written by this transaction or a later one may hold something
   *     else
   * @param suspects these inodes may differ, and hold something else
   */
  private record Ground(long since, SortedSet<Long> suspects) {
    boolean mayHoldSomethingElse(FoundInode inode) {
      return inode.changed() >= since || inode.unchecked() || suspects.contains(inode.number());
    }
  }

  private ProvenLayer prove() throws IOException {
    int top = diffIds.size() - 1;
    subvolume(top).commit(); // the trees do not show what is not committed
    String filesystem = subvolume(top).filesystemId();
    int next = top;
    Optional<Proven> proven = recorded(filesystem, next);
    while (proven.isEmpty() && next > 0) {
      next--;
      proven = recorded(filesystem, next);
    }
    LayerTree layers = new LayerTree();
    for (; next <= top; next++) {
      if (proven.isPresent()) {
        layers = layers.goingOnFrom(proven.get().tree());
      }
      proven = Optional.of(prove(next, filesystem, layers, proven));
    }
    return new ProvenLayer(
        image.layout().subvolume(image.top()),
        image.top(),
        TreeManifest.of(proven.orElseThrow().tree()),
        image.config());
  }

  /** The records on which the subvolume of a layer stands: its own, or those of the layer below. */
  private Optional<Proven> recorded(String filesystem, int layer) throws IOException {
    for (int layers = layer + 1; layers >= Math.max(1, layer); layers--) {
      Optional<Proven> proven = recordedLayers(filesystem, layers);
      if (proven.isPresent() && ground(layer, proven.get()).isPresent()) {
        return proven;
      }
    }
    return Optional.empty();
  }

  private Optional<Proven> recordedLayers(String filesystem, int layers) {
    return records
        .tree(filesystem, diffIds.subList(0, layers))
        .map(tree -> new Proven(tree, layers, true));
  }

  /** What a layer's subvolume has in common with a proven one, if that is known. */
  private Optional<Ground> ground(int layer, Proven proven) throws IOException {
    BtrfsHandle.Subvolume subvolume = subvolume(layer).subvolume();
    long generation = proven.header().generation();
    UUID id = proven.header().subvolume();
    if (!proven.isChecked()) {
      return Optional.empty();
    }
    if (subvolume.id().equals(id)) {
      return subvolume.generations().latest() >= generation
          ? Optional.of(new Ground(generation + 1, Collections.emptySortedSet()))
          : Optional.empty(); // it has gone back behind its own proof
    }
    if (!subvolume.parent().equals(id)) {
      return Optional.empty();
    }
    long creation = subvolume.generations().creation();
    if (creation > generation) {
      return Optional.of(new Ground(generation + 1, Collections.emptySortedSet()));
    }
    return layer == proven.layers() ? groundBefore(creation, layer - 1, proven) : Optional.empty();
  }

  /**
   * The ground of a snapshot that was taken before its source was proven: what was written to the
   * source in between is in doubt.
   */
  private Optional<Ground> groundBefore(long creation, int source, Proven proven)
      throws IOException {
    if (!Files.exists(path(source), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    BtrfsHandle handle = subvolume(source);
    long generation = proven.header().generation();
    return handle.subvolume().id().equals(proven.header().subvolume())
            && SubvolumeTree.inLeavesWritten(handle, generation + 1).isEmpty()
        ? Optional.of(new Ground(creation + 1, SubvolumeTree.inLeavesWritten(handle, creation + 1)))
        : Optional.empty();
  }

  private Proven prove(int layer, String filesystem, LayerTree layers, Optional<Proven> below)
      throws IOException {
    Map<String, String> read = new HashMap<>();
    if (below.isEmpty() || below.get().layers() <= layer) {
      apply(image.layers().get(layer), layers, read);
    }
    BtrfsHandle handle = subvolume(layer);
    BtrfsHandle.Subvolume subvolume = handle.subvolume();
    Optional<Ground> ground = below.isPresent() ? ground(layer, below.get()) : Optional.empty();
    Optional<ProvenTree> tree = ground.flatMap(it -> below).map(Proven::tree);
    Map<Long, FoundInode> found =
        ground.isPresent() ? changed(handle, ground.get()) : SubvolumeTree.all(handle);
    SubvolumeFiles files = new SubvolumeFiles(path(layer));
    Map<Long, String> digests;
    try {
      digests =
          new LayerComparison(
                  found,
                  tree,
                  (path, inode) -> {
                    if (ground.isPresent() && !ground.get().mayHoldSomethingElse(inode)) {
                      return tree.orElseThrow().file(inode.number()).entry().contentDigest();
                    }
                    String known = read.get(path);
                    return known == null ? digest(files, path, inode.size()) : known;
                  })
              .compare(layers.root());
    } catch (DamagedStoreException e) {
      throw DamagedStoreException.ofLayer(
          image.layers().get(layer).layerId(), "differs from the image: " + e.getMessage());
    }
    boolean again = below.isPresent() && below.get().layers() == layer + 1;
    if (found.isEmpty() && again) {
      return below.get();
    }
    TreeRecord.Header header =
        new TreeRecord.Header(
            filesystem,
            subvolume.id(),
            subvolume.generations().latest(),
            diffIds.subList(0, layer + 1),
            tree.map(it -> it.record().seal()).orElse(""));
    return proven(header, found, digests, tree, again);
  }

  /**
   * Takes in what was found in a subvolume.
   *
   * @param again whether it stands on its own record, which stays as it is
   */
  private Proven proven(
      TreeRecord.Header header,
      Map<Long, FoundInode> found,
      Map<Long, String> digests,
      Optional<ProvenTree> below,
      boolean again)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TreeRecord.write(bytes, header, found.values(), digests);
    TreeRecord record = TreeRecord.of(bytes.toByteArray()).orElseThrow();
    boolean checked =
        found.values().stream().noneMatch(inode -> inode.unchecked() && inode.size() > 0);
    if (checked && !(again && below.isPresent())) {
      records.keep(header, bytes);
    }
    ProvenTree tree = below.isPresent() ? below.get().with(record) : ProvenTree.of(record);
    return new Proven(tree, header.diffIds().size(), checked);
  }

  private void apply(StoredLayerArchive layer, LayerTree layers, Map<String, String> read)
      throws IOException {
    Optional<LayerContents> known = records.layer(layer.diffId());
    if (known.isPresent()) {
      layers.apply(known.get());
    } else {
      layer.applyTo(layers, read::put);
    }
  }

  private static Map<Long, FoundInode> changed(BtrfsHandle subvolume, Ground ground)
      throws IOException {
    SortedSet<Long> numbers = SubvolumeTree.inLeavesWritten(subvolume, ground.since());
    numbers.addAll(ground.suspects());
    return SubvolumeTree.inodes(subvolume, numbers);
  }

  private static String digest(SubvolumeFiles files, String path, long size) throws IOException {
    MessageDigest sha256 = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = files.open(path, size)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private Path path(int layer) {
    return image.layout().subvolume(image.layers().get(layer).layerId());
  }

  private BtrfsHandle subvolume(int layer) throws IOException {
    BtrfsHandle open = subvolumes.get(layer);
    if (open != null) {
      return open;
    }
    Path path = path(layer);
    Object inode = Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    if (!inode.equals(SubvolumeTree.ROOT)) {
      throw new DamagedStoreException(path + " is no subvolume");
    }
    BtrfsHandle opened = BtrfsHandle.open(path);
    subvolumes.put(layer, opened);
    return opened;
  }

  @Override
  public void close() {
    subvolumes.values().forEach(BtrfsHandle::close);
  }
}
