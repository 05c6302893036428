package io.github.containersnap.proof;

import io.github.containersnap.oci.DigestedStream;
import io.github.containersnap.oci.HostileLayerException;
import io.github.containersnap.oci.ImageConfig;
import io.github.containersnap.oci.LayerTree;
import io.github.containersnap.oci.MalformedArchiveException;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeReadException;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The proof that the top layer of an image in podman's btrfs store is the image's root filesystem.
 *
 * <p>The chain of trust, each link checked: the image id is the SHA-256 of the configuration; the
 * configuration names the SHA-256 of every layer's archive; each archive is rebuilt from the
 * layer's own subvolume and must have that digest; the archives, applied in memory, give the tree
 * that is expected; the top layer's subvolume, read from disk, must equal it in content, types,
 * modes, owners, extended attributes and links. Whatever the store's own files claim only says
 * where to look.
 *
 * <p>Each file is read once through the layer that brought it, and once more in the top layer
 * unless it is the very same file.
 */
public final class LayerProof {
  private static final int DIFFERENCES_SHOWN = 5;

  private final StoreLayout layout;
  private final StoreRecords records;
  private final String imageId;

  private LayerProof(Path graphRoot, String imageId) {
    this.layout = new StoreLayout(graphRoot);
    this.records = new StoreRecords(layout);
    this.imageId = imageId;
  }

  /**
   * Proves the image's top layer.
   *
   * @param graphRoot podman's graph root, with the btrfs driver's directories in it
   * @param imageId the image id: 64 hexadecimal digits
   * @throws UnprovenLayerException if anything is missing, damaged or different, and what
   */
  public static ProvenLayer prove(Path graphRoot, String imageId) {
    try {
      if (!StoreRecords.isId(imageId)) {
        throw new DamagedStoreException("the image id is not 64 hexadecimal digits");
      }
      return new LayerProof(graphRoot, imageId).prove();
    } catch (IOException | TreeReadException e) {
      throw new UnprovenLayerException(graphRoot, imageId, DamagedStoreException.reason(e), e);
    }
  }

  /**
   * Whether an extended attribute is given by this host and not by any image: labels of its SELinux
   * policy and properties of its btrfs. Such attributes are not compared.
   */
  public static boolean isOfThisHost(String attribute) {
    return attribute.equals("security.selinux") || attribute.startsWith("btrfs.");
  }

  private ProvenLayer prove() throws IOException {
    ImageConfig config = records.config(imageId);
    List<String> layers = records.layers(imageId);
    if (layers.size() != config.diffIds().size()) {
      throw new DamagedStoreException(
          "%s gives it %d layers, its configuration %d"
              .formatted(layout.layers(), layers.size(), config.diffIds().size()));
    }
    LayerTree tree = new LayerTree();
    Map<String, String> topLayerDigests = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      topLayerDigests.clear();
      apply(layers.get(i), config.diffIds().get(i), tree, topLayerDigests);
    }
    String top = layers.getLast();
    TreeManifest expected = tree.manifest().withoutAttributes(LayerProof::isOfThisHost);
    compare(top, TreeScan.of(layout.subvolume(top), topLayerDigests), expected);
    return new ProvenLayer(layout.subvolume(top), top, expected, config);
  }

  /**
   * Rebuilds one layer's archive, checks its digest and applies it to {@code tree}; both happen as
   * its files are read. What it read in full from a file is put into {@code digests}.
   */
  private void apply(String layer, String diffId, LayerTree tree, Map<String, String> digests)
      throws IOException {
    Path subvolume = layout.subvolume(layer);
    if (!Files.isDirectory(subvolume, LinkOption.NOFOLLOW_LINKS)) {
      throw new DamagedStoreException("its layer's subvolume " + subvolume + " is missing");
    }
    String digest;
    try (RebuiltArchive archive =
            new RebuiltArchive(
                TarSplit.open(layout.tarSplit(layer)), new SubvolumeFiles(subvolume));
        DigestedStream digested = new DigestedStream(archive)) {
      tree.apply(
          diffId,
          digested,
          file -> {
            // The record decides which file's bytes stand where. Only if they stand where this
            // file's content does, and are all of it, has this file been read.
            Optional<RebuiltArchive.FileInArchive> read = archive.fileAt(file.offset());
            if (read.isPresent()
                && read.get().path().equals(file.path())
                && read.get().size() == file.size()) {
              digests.put(file.path(), file.contentDigest());
            }
          });
      digest = digested.digest();
    } catch (IOException e) {
      throw new DamagedStoreException("layer " + layer, e);
    } catch (HostileLayerException | MalformedArchiveException e) {
      throw new DamagedStoreException("layer %s is damaged or hostile".formatted(layer), e);
    }
    if (!digest.equals(diffId)) {
      throw new DamagedStoreException(
          "layer %s has the digest %s instead of %s%s"
              .formatted(layer, digest, diffId, damagedFiles(layer)));
    }
  }

  /** Which files of a layer are not what tar-split noted; only a help for whoever looks. */
  private String damagedFiles(String layer) throws IOException {
    SubvolumeFiles files = new SubvolumeFiles(layout.subvolume(layer));
    StringBuilder damaged = new StringBuilder();
    int count = 0;
    try (TarSplit pieces = TarSplit.open(layout.tarSplit(layer))) {
      for (Optional<TarSplit.Piece> piece = pieces.next();
          piece.isPresent();
          piece = pieces.next()) {
        if (piece.get() instanceof TarSplit.Content content && isDamaged(files, content)) {
          if (count++ < DIFFERENCES_SHOWN) {
            damaged.append(damaged.isEmpty() ? " /" : ", /").append(content.name());
          }
        }
      }
    }
    return count == 0 ? " (no single file stands out)" : ": damaged are" + damaged + total(count);
  }

  private static boolean isDamaged(SubvolumeFiles files, TarSplit.Content content)
      throws IOException {
    Crc64 crc = new Crc64();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = files.open(files.locate(content.name()), content.size())) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        crc.update(buffer, length);
      }
    }
    return !Arrays.equals(crc.sum(), content.checksum());
  }

  private static void compare(String layer, TreeManifest found, TreeManifest expected)
      throws DamagedStoreException {
    List<TreeDifference> differences =
        found.withoutAttributes(LayerProof::isOfThisHost).differencesFrom(expected);
    if (differences.isEmpty()) {
      return;
    }
    String first =
        differences.stream()
            .limit(DIFFERENCES_SHOWN)
            .map(TreeDifference::toString)
            .collect(Collectors.joining(", "));
    throw new DamagedStoreException(
        "layer %s differs from the image: %s%s".formatted(layer, first, total(differences.size())));
  }

  private static String total(int count) {
    return count > DIFFERENCES_SHOWN ? ", and more: %,d in all".formatted(count) : "";
  }
}
