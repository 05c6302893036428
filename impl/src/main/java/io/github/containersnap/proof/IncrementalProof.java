package io.github.containersnap.proof;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.linux.BtrfsHandle;
import io.github.containersnap.oci.layer.LayerContents;
import io.github.containersnap.oci.layer.LayerTree;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@link LayerProof} without reading again what an earlier proof has read: of an update that shares
 * its lower layers with an image proven before, only the new layer's files are read, once.
 *
 * <p>The claim is the same: the top layer's subvolume is the tree that the layers' digests give.
 * Both sides are found out more cheaply.
 *
 * <p><b>The tree expected.</b> What an archive says is a function of its digest. Once an archive
 * was read and had its digest, {@link LayerContents} stands for it, here and on any machine. (A
 * lower layer's own subvolume is then not looked at; nothing is made of it but layers above it, and
 * each of those is proven in its turn.)
 *
 * <p><b>The tree found.</b> Types, modes, owners, lengths, attributes, names and links are all read
 * again from the btrfs tree of the subvolume. So a replaced subvolume, files swapped or renamed, a
 * truncation or a {@code chmod} are seen as ever, and times play no part. Only what files hold is
 * taken over, by {@link ExtentFingerprint}: which extents of the disk, each told from every other
 * by its place and the transaction that allocated it, the file consists of. While an extent exists
 * its data does not change, so a content read once is what every file with that fingerprint holds,
 * in whatever snapshot and under whatever name. A write, also of the same bytes or with the old
 * times restored, a hole punched, a file cloned over another: each gives other extents, and the
 * file is read.
 *
 * <p><b>Crashes.</b> A fingerprint is taken after a commit, of what that commit made durable, and
 * recorded later; the file was read then too. The record lies on the filesystem that it speaks of,
 * and btrfs comes back from a power cut in the state of one commit, with the log of fsync'd files
 * on top: any state that has the record, or a part of it, has the commit that it speaks of, and
 * numbers its transactions on from there. Transactions whose numbers are given out a second time
 * were lost, and the record with them. So a record needs no fsync and no rename: torn, it fails its
 * digest and is as good as none. {@code kill -9} is less than a power cut. What a crash took from a
 * layer (empty files under complete-looking names) changes lengths and extents and is seen, be it
 * in files of the new layer or of one below.
 *
 * <p><b>Not defended against:</b> root, who can forge the records, and could as well write to the
 * deployments. Bits that rot in an extent after it was read are found by btrfs's checksums, as EIO
 * when they are next read: by the whole proof, not by this one. The records may not be carried to a
 * copy of the filesystem that lives on beside the original. Like the whole proof, this one reads
 * through the page cache, and needs that nothing else writes to the store meanwhile.
 *
 * <p>Whatever is in doubt here is an exception, and the caller makes the whole proof.
 */
final class IncrementalProof {
  private final StoredImage image;
  private final ProofRecords records;
  private final KnownFileDigests known;
  private final List<LayerContents> newLayers = new ArrayList<>();
  private final List<FileRead> filesOfTop = new ArrayList<>();

  private IncrementalProof(StoredImage image, ProofRecords records, KnownFileDigests known) {
    this.image = image;
    this.records = records;
    this.known = known;
  }

  /** A file of the top layer that was read in full, and SHA-256 of what it holds. */
  private record FileRead(String path, String digest) {}

  /**
   * Proves the image and records what was learnt.
   *
   * @throws IOException if there is any doubt, justified or not
   */
  static ProvenLayer prove(StoredImage image, ProofRecords records) throws IOException {
    try (BtrfsHandle top = open(image.layout().subvolume(image.top()))) {
      top.commit(); // the trees do not show what is not committed
      String filesystem = top.filesystemId();
      String bottom = image.config().diffIds().getFirst();
      KnownFileDigests known = records.contents(filesystem, bottom);
      IncrementalProof proof = new IncrementalProof(image, records, known);
      KnownFileDigests found = new KnownFileDigests(new HashMap<>());
      ProvenLayer proven = proof.prove(top, found);
      proof.newLayers.forEach(records::keep);
      records.keep(found, filesystem, bottom);
      return proven;
    }
  }

  private static BtrfsHandle open(Path subvolume) throws IOException {
    Object inode = Files.getAttribute(subvolume, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    if (!inode.equals(SubvolumeTree.ROOT)) {
      throw new DamagedStoreException(subvolume + " is no subvolume");
    }
    return BtrfsHandle.open(subvolume);
  }

  /**
   * Both trees at the same time: the one expected waits for files, the one found for the kernel.
   */
  private ProvenLayer prove(BtrfsHandle top, KnownFileDigests found) throws IOException {
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) { // ended before top closes
      Future<SubvolumeTree> reading = beside.submit(() -> SubvolumeTree.read(top));
      TreeManifest expected = expected();
      return image.prove(found(result(reading), found), expected);
    }
  }

  private static SubvolumeTree result(Future<SubvolumeTree> reading) throws IOException {
    try {
      return reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The proof was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException reason) {
        throw reason;
      }
      throw new IllegalStateException("The top layer's tree was not read", e.getCause());
    }
  }

  private TreeManifest expected() throws IOException {
    LayerTree expected = new LayerTree();
    for (StoredLayerArchive layer : image.layers()) {
      Optional<LayerContents> recorded = records.layer(layer.diffId());
      if (recorded.isPresent()) {
        expected.apply(recorded.get());
      } else {
        newLayers.add(layer.applyTo(expected, filesRead(layer)));
      }
    }
    return expected.manifest();
  }

  private TreeManifest found(SubvolumeTree topTree, KnownFileDigests found) throws IOException {
    filesOfTop.forEach(
        file ->
            topTree.fingerprint(file.path()).ifPresent(print -> known.put(print, file.digest())));
    return topTree.manifest(
        (path, size, fingerprint) -> {
          String digest = digest(path, size, fingerprint);
          fingerprint.ifPresent(print -> found.put(print, digest));
          return digest;
        });
  }

  /** Remembers what the files of a layer hold that is read as the whole proof does. */
  private StoredLayerArchive.FilesRead filesRead(StoredLayerArchive layer) throws IOException {
    if (layer.layerId().equals(image.top())) {
      return (path, digest) -> filesOfTop.add(new FileRead(path, digest));
    }
    try (BtrfsHandle subvolume = open(image.layout().subvolume(layer.layerId()))) {
      SubvolumeTree tree = SubvolumeTree.read(subvolume);
      return (path, digest) -> tree.fingerprint(path).ifPresent(print -> known.put(print, digest));
    }
  }

  private String digest(String path, long size, Optional<String> fingerprint) throws IOException {
    Optional<String> digest = fingerprint.flatMap(known::digest);
    return digest.isPresent() ? digest.get() : digestOfContent(path, size);
  }

  private String digestOfContent(String path, long size) throws IOException {
    SubvolumeFiles files = new SubvolumeFiles(image.layout().subvolume(image.top()));
    MessageDigest sha256 = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = files.open(path, size)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        sha256.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
