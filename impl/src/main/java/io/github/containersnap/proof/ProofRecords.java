package io.github.containersnap.proof;

import io.github.containersnap.base.BinaryInput;
import io.github.containersnap.base.BinaryOutput;
import io.github.containersnap.oci.layer.LayerContents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What proofs leave for the next one, as files. A cache: whatever is missing, damaged or not
 * understood is as if it had never been there.
 *
 * <ul>
 *   <li>{@code DIFFID.tree}: what the subvolume of a layer of that digest was proven to hold
 *       ({@link TreeRecord}), if it differs from that of the layer below: a change writes what
 *       changed.
 *   <li>{@code DIFFID.layer}: what the archive of that digest says ({@link LayerContents}). Only of
 *       archives that the store cannot give again.
 * </ul>
 *
 * <p>DIFFID stands for 64 hexadecimal digits. Both go when the store no longer holds that layer.
 * Each ends with SHA-256 of all before, so that what a crash or bad luck left of it is told from
 * the whole. That is no signature: who may write the file can forge it, and could as well write the
 * deployments.
 */
public final class ProofRecords {
  /**
   * A record may take a quarter of this process's memory: one of a million files has some 100 MB.
   */
  private static final int LARGEST =
      (int) Math.min(Integer.MAX_VALUE - Long.BYTES, Runtime.getRuntime().maxMemory() / 4);

  private static final String LAYER = ".layer";
  private static final String TREE = ".tree";
  private static final Pattern DIFF_ID = Pattern.compile("sha256:[0-9a-f]{64}");

  private final Files files;
  private final Map<String, LayerContents> learnt = new HashMap<>();

  /** The records kept in {@code files}. */
  public ProofRecords(Files files) {
    this.files = files;
  }

  /** A directory of files that proofs have to themselves. */
  public interface Files {
    /**
     * What a file holds; empty if there is none, if it has more than {@code limit} bytes, or if it
     * cannot be read.
     */
    Optional<byte[]> read(String name, int limit);

    /**
     * Replaces a file. Neither durable nor in one step: a crash or a failure, which is not
     * reported, may leave the old content, the new one, none, or any part of it.
     */
    void replace(String name, Content content);

    /** The names of all files; none if they cannot be listed. */
    List<String> names();

    /** Deletes a file. */
    void delete(String name);
  }

  /** Writes what a file is to hold, piece by piece. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; {@code out} stays open. */
    void writeTo(OutputStream out) throws IOException;
  }

  Optional<LayerContents> layer(String diffId) {
    return Optional.ofNullable(learnt.get(diffId)).or(() -> readLayer(diffId));
  }

  private Optional<LayerContents> readLayer(String diffId) {
    Optional<BinaryInput> record = read(diffId, LAYER).flatMap(BinaryInput::sealed);
    try {
      if (record.isEmpty() || !record.get().readText().equals(title(diffId))) {
        return Optional.empty();
      }
      LayerContents contents = LayerContents.read(diffId, record.get());
      return record.get().remaining() == 0 ? Optional.of(contents) : Optional.empty();
    } catch (IOException notSuchARecord) {
      return Optional.empty();
    }
  }

  /**
   * Takes in what the archive of a layer says, for the next proof and as a record. The caller has
   * read the archive and verified its digest.
   */
  public void learn(LayerContents layer) {
    learnt.put(layer.digest(), layer);
    replace(
        layer.digest(),
        LAYER,
        out -> {
          BinaryOutput fields = new BinaryOutput(out);
          fields.writeText(title(layer.digest()));
          layer.write(fields);
          fields.seal();
        });
  }

  private static String title(String diffId) {
    return "container-snap layer 2 " + diffId;
  }

  /**
   * What the subvolume of the last of these layers was proven to hold.
   *
   * @param filesystem the UUID of the filesystem that it must be on
   * @param diffIds the digests of all layers that make it, bottom first
   */
  Optional<ProvenTree> tree(String filesystem, List<String> diffIds) {
    Optional<TreeRecord> record = read(diffIds.getLast(), TREE).flatMap(TreeRecord::of);
    if (record.isEmpty()
        || !record.get().header().filesystem().equals(filesystem)
        || !record.get().header().diffIds().equals(diffIds)) {
      return Optional.empty();
    }
    String below = record.get().header().below();
    if (below.isEmpty()) {
      return record.map(ProvenTree::of);
    }
    return diffIds.size() == 1
        ? Optional.empty()
        : tree(filesystem, diffIds.subList(0, diffIds.size() - 1))
            .filter(tree -> tree.record().seal().equals(below))
            .map(tree -> tree.with(record.get()));
  }

  /** Keeps the record of a tree, if it could be read again. */
  void keep(TreeRecord.Header header, ByteArrayOutputStream record) {
    if (record.size() <= LARGEST) {
      replace(header.diffIds().getLast(), TREE, record::writeTo);
    }
  }

  /** Removes the records of layers that are not in {@code diffIds} ({@code sha256:…}). */
  public void retain(Set<String> diffIds) {
    learnt.keySet().retainAll(diffIds);
    for (String name : files.names()) {
      boolean ofLayer =
          (name.endsWith(LAYER) || name.endsWith(TREE)) && diffIds.contains(diffId(name));
      if (!ofLayer) {
        files.delete(name);
      }
    }
  }

  /** Removes all records. */
  public void removeAll() {
    retain(Set.of());
  }

  private Optional<byte[]> read(String diffId, String suffix) {
    return DIFF_ID.matcher(diffId).matches()
        ? files.read(name(diffId, suffix), LARGEST)
        : Optional.empty();
  }

  private void replace(String diffId, String suffix, Content content) {
    if (DIFF_ID.matcher(diffId).matches()) {
      files.replace(name(diffId, suffix), content);
    }
  }

  private static String diffId(String name) {
    return "sha256:" + name.substring(0, name.indexOf('.'));
  }

  private static String name(String diffId, String suffix) {
    return diffId.substring("sha256:".length()) + suffix;
  }
}
