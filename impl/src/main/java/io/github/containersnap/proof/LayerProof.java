package io.github.containersnap.proof;

import io.github.containersnap.oci.layer.LayerTree;
import io.github.containersnap.tree.TreeReadException;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

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
 * <p>{@link #prove(Path, String)} is the whole proof: each file is read once through the layer that
 * brought it, and once more in the top layer unless it is the very same file. {@link #prove(Path,
 * String, ProofRecords)} is the same proof without reading again what has been read before: see
 * {@link IncrementalProof}.
 */
public final class LayerProof {
  private LayerProof() {}

  /**
   * Proves the image's top layer, reading everything.
   *
   * @param graphRoot podman's graph root, with the btrfs driver's directories in it
   * @param imageId the image id: 64 hexadecimal digits
   * @throws UnprovenLayerException if anything is missing, damaged or different, and what
   * @throws RefusedLayerException if all has its digest, and something of it cannot be used
   * @throws UncheckedIOException if the kernel refuses this process to read it, for a reason that
   *     lies in neither
   */
  public static ProvenLayer prove(Path graphRoot, String imageId) {
    try {
      return prove(StoredImage.find(new StoreLayout(graphRoot), imageId));
    } catch (RefusedContentException e) {
      throw new RefusedLayerException(e);
    } catch (IOException | TreeReadException e) {
      if (Unreadable.isOfThisProcess(e)) {
        throw new UncheckedIOException(
            "the store %s could not be read: %s"
                .formatted(graphRoot, DamagedStoreException.reason(e)),
            e instanceof IOException io ? io : new IOException(e));
      }
      throw new UnprovenLayerException(graphRoot, imageId, e);
    }
  }

  /**
   * Proves the image's top layer, reading only what {@code records} do not know, and lets them know
   * it. Where that gives no proof, for whatever reason, everything is read: only the whole proof
   * can refuse an image.
   *
   * @param graphRoot podman's graph root, with the btrfs driver's directories in it
   * @param imageId the image id: 64 hexadecimal digits
   * @throws UnprovenLayerException if anything is missing, damaged or different, and what
   * @throws RefusedLayerException if all has its digest, and something of it cannot be used
   * @throws UncheckedIOException if the kernel refuses this process to read it, for a reason that
   *     lies in neither
   */
  public static ProvenLayer prove(Path graphRoot, String imageId, ProofRecords records) {
    try {
      return IncrementalProof.prove(StoredImage.find(new StoreLayout(graphRoot), imageId), records);
    } catch (IOException | RuntimeException noShortcut) {
      ProvenLayer proven = prove(graphRoot, imageId);
      records.removeAll(); // what led to a doubt that was not justified is worth nothing
      return proven;
    }
  }

  private static ProvenLayer prove(StoredImage image)
      throws DamagedStoreException, RefusedContentException {
    LayerTree tree = new LayerTree();
    Map<String, String> topLayerDigests = new HashMap<>();
    for (StoredLayerArchive layer : image.layers()) {
      topLayerDigests.clear();
      layer.applyTo(tree, topLayerDigests::put);
    }
    Path top = image.layout().subvolume(image.top());
    return image.prove(TreeScan.of(top, topLayerDigests), tree.manifest());
  }
}
