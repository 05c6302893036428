package io.github.containersnap.oci.layer;

import io.github.containersnap.oci.tar.MalformedArchiveException;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The root filesystem that image layers make, computed purely in memory (OCI image specification,
 * layer.md, "Applying Changesets").
 *
 * <p>For ordinary images the result is what containers-storage writes to a btrfs, to the mode bit:
 * directories that no layer mentions are made with mode 0755, a hard link's entry changes owner and
 * mode of the file it links to, a hard link to another owner drops capabilities, default access
 * control lists are inherited. Entries that no honest image has are refused: names and links that
 * lead out of the root, hard links to what is not there, whiteouts of nothing nameable. Device
 * nodes are recorded.
 */
public final class LayerTree {
  /** The mode that the btrfs driver of containers-storage gives an empty root directory. */
  private static final int ROOT_MODE = 0555;

  private final MetadataBudget budget;
  private final ImageRoot root;

  /** A tree to which no layer has been applied: an empty root directory. */
  public LayerTree() {
    this(MetadataBudget.ofThisProcess());
  }

  /** The tree {@code below}, to which no layer has been applied yet. */
  public LayerTree(BaseTree below) {
    this(below, MetadataBudget.ofThisProcess());
  }

  LayerTree(MetadataBudget budget) {
    this.budget = budget;
    this.root = new ImageRoot(ROOT_MODE, budget);
  }

  private LayerTree(BaseTree below, MetadataBudget budget) {
    this.budget = budget;
    this.root = new ImageRoot(below, budget);
  }

  /**
   * A tree to which no layer has been applied on top of {@code below}, which may be what the layers
   * applied here make: all of them together have one limit of memory.
   */
  public LayerTree goingOnFrom(BaseTree below) {
    return new LayerTree(below, budget);
  }

  /**
   * A regular file that a layer brought.
   *
   * @param name the entry's name as the archive has it
   * @param path where in the tree it went, links in its name followed
   * @param offset where in the archive its content begins, in bytes
   * @param size the length of its content in bytes
   * @param contentDigest SHA-256 of its content in hexadecimal digits
   */
  public record BroughtFile(
      String name, String path, long offset, long size, String contentDigest) {}

  /**
   * Applies one layer, the bottom one first, and reads its stream to the end.
   *
   * @param layerDigest the layer's digest, for messages
   * @param tar the uncompressed archive; the caller closes it
   * @throws HostileLayerException if an entry is refused; the tree is then of no use
   * @throws MalformedArchiveException if the archive does not keep to its format
   * @throws IOException if the stream cannot be read
   */
  public void apply(String layerDigest, InputStream tar) throws IOException {
    apply(layerDigest, tar, SmallFileContents.none());
  }

  /** As {@link #apply(String, InputStream)}, keeping what {@code contents} wants. */
  public void apply(String layerDigest, InputStream tar, SmallFileContents contents)
      throws IOException {
    run(layerDigest, new ArchiveEntries(tar, contents), file -> {});
  }

  /**
   * As {@link #apply(String, InputStream)}, telling {@code brought} of each file as it is read.
   *
   * @return what the archive holds, which can be applied in its place
   */
  public LayerContents apply(String layerDigest, InputStream tar, Consumer<BroughtFile> brought)
      throws IOException {
    List<LayerEntry> kept = new ArrayList<>();
    LayerEntries archive = new ArchiveEntries(tar);
    run(
        layerDigest,
        () -> {
          Optional<LayerEntry> entry = archive.next();
          entry.ifPresent(kept::add);
          return entry;
        },
        brought);
    return new LayerContents(layerDigest, kept);
  }

  /**
   * Applies a layer whose archive has been read before.
   *
   * @throws HostileLayerException if an entry is refused; the tree is then of no use
   */
  public void apply(LayerContents layer) {
    Iterator<LayerEntry> entries = layer.entries().iterator();
    try {
      run(
          layer.digest(),
          () -> entries.hasNext() ? Optional.of(entries.next()) : Optional.empty(),
          file -> {});
    } catch (IOException e) {
      throw new IllegalStateException("A list in memory cannot fail to be read", e);
    }
  }

  private void run(String layerDigest, LayerEntries entries, Consumer<BroughtFile> brought)
      throws IOException {
    new LayerApplication(layerDigest, entries, root, budget, brought).run();
  }

  /** The root directory of the tree that the layers applied so far make. */
  public LayeredFile root() {
    return root.root();
  }

  /** The tree that the layers applied so far make. */
  public TreeManifest manifest() {
    return root.manifest();
  }
}
