package io.github.containersnap.proof;

import io.github.containersnap.base.BinaryInput;
import io.github.containersnap.base.BinaryOutput;
import io.github.containersnap.oci.layer.LayerContents;
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
 *   <li>{@code DIFFID.layer}: what the archive of that digest says ({@link LayerContents}).
 *   <li>{@code DIFFID.contents}: what the files of the last proven image that stands on that bottom
 *       layer hold ({@link KnownFileDigests}).
 * </ul>
 *
 * <p>DIFFID stands for 64 hexadecimal digits. Both go when the store no longer holds that layer.
 * Each begins with a title that says what it is of, and ends with SHA-256 of all before, so that
 * what a crash or bad luck left of it is told from the whole. That is no signature: who may write
 * the file can forge it, and could as well write the deployments.
 */
public final class ProofRecords {
  /** A record may take a quarter of this process's memory: about 100 bytes for each file. */
  private static final int LARGEST =
      (int) Math.min(Integer.MAX_VALUE - Long.BYTES, Runtime.getRuntime().maxMemory() / 4);

  private static final String LAYER = ".layer";
  private static final String CONTENTS = ".contents";
  private static final Pattern DIFF_ID = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final int DIGEST_BYTES = 32;

  private final Files files;
  private final Map<String, LayerContents> layersRead = new HashMap<>();
  private final Map<String, KnownFileDigests> contentsRead = new HashMap<>();

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

  /** Reads all records that speak of a filesystem, so that they are at hand. */
  void prefetch(String filesystemId) {
    for (String name : files.names()) {
      if (name.endsWith(LAYER)) {
        String diffId = diffId(name);
        layer(diffId).ifPresent(layer -> layersRead.put(diffId, layer));
      } else if (name.endsWith(CONTENTS)) {
        String diffId = diffId(name);
        contentsRead.put(diffId, contents(filesystemId, diffId));
      }
    }
  }

  Optional<LayerContents> layer(String diffId) {
    LayerContents atHand = layersRead.remove(diffId);
    return atHand != null
        ? Optional.of(atHand)
        : open(diffId, LAYER, layerTitle(diffId), in -> LayerContents.read(diffId, in));
  }

  /**
   * Takes in what the archive of a layer says, for the next proof and as a record. The caller has
   * read the archive and verified its digest.
   */
  public void learn(LayerContents layer) {
    layersRead.put(layer.digest(), layer);
    keep(layer);
  }

  void keep(LayerContents layer) {
    replace(layer.digest(), LAYER, layerTitle(layer.digest()), layer::write);
  }

  private static String layerTitle(String diffId) {
    return "container-snap layer 2 " + diffId;
  }

  KnownFileDigests contents(String filesystemId, String bottomDiffId) {
    KnownFileDigests atHand = contentsRead.remove(bottomDiffId);
    if (atHand != null) {
      return atHand;
    }
    return open(
            bottomDiffId,
            CONTENTS,
            contentsTitle(filesystemId, bottomDiffId),
            ProofRecords::digests)
        .orElse(new KnownFileDigests(Map.of()));
  }

  private static KnownFileDigests digests(BinaryInput in) throws IOException {
    Map<String, String> digests = new HashMap<>();
    while (in.remaining() > 0) {
      digests.put(in.readHex(DIGEST_BYTES), in.readHex(DIGEST_BYTES));
    }
    return new KnownFileDigests(digests);
  }

  void keep(KnownFileDigests contents, String filesystemId, String bottomDiffId) {
    replace(
        bottomDiffId,
        CONTENTS,
        contentsTitle(filesystemId, bottomDiffId),
        out -> {
          for (Map.Entry<String, String> file : contents.digests().entrySet()) {
            out.writeHex(file.getKey());
            out.writeHex(file.getValue());
          }
        });
  }

  private static String contentsTitle(String filesystemId, String bottomDiffId) {
    return "container-snap contents 2 %s %s".formatted(filesystemId, bottomDiffId);
  }

  /** Removes the records of layers that are not in {@code diffIds} ({@code sha256:…}). */
  public void retain(Set<String> diffIds) {
    layersRead.keySet().retainAll(diffIds);
    contentsRead.keySet().retainAll(diffIds);
    for (String name : files.names()) {
      boolean ofLayer =
          (name.endsWith(LAYER) || name.endsWith(CONTENTS)) && diffIds.contains(diffId(name));
      if (!ofLayer) {
        files.delete(name);
      }
    }
  }

  /** Removes all records. */
  public void removeAll() {
    retain(Set.of());
  }

  /** Makes something of a record's fields. */
  @FunctionalInterface
  private interface Reading<T> {
    T read(BinaryInput in) throws IOException;
  }

  /** Writes a record's fields. */
  @FunctionalInterface
  private interface Writing {
    void write(BinaryOutput out) throws IOException;
  }

  private <T> Optional<T> open(String diffId, String suffix, String title, Reading<T> reading) {
    if (!DIFF_ID.matcher(diffId).matches()) {
      return Optional.empty();
    }
    Optional<BinaryInput> record =
        files.read(name(diffId, suffix), LARGEST).flatMap(BinaryInput::sealed);
    try {
      if (record.isEmpty() || !record.get().readText().equals(title)) {
        return Optional.empty();
      }
      T read = reading.read(record.get());
      return record.get().remaining() == 0 ? Optional.of(read) : Optional.empty();
    } catch (IOException notSuchARecord) {
      return Optional.empty();
    }
  }

  private void replace(String diffId, String suffix, String title, Writing writing) {
    if (DIFF_ID.matcher(diffId).matches()) {
      files.replace(
          name(diffId, suffix),
          out -> {
            BinaryOutput fields = new BinaryOutput(out);
            fields.writeText(title);
            writing.write(fields);
            fields.seal();
          });
    }
  }

  private static String diffId(String name) {
    return "sha256:" + name.substring(0, name.indexOf('.'));
  }

  private static String name(String diffId, String suffix) {
    return diffId.substring("sha256:".length()) + suffix;
  }
}
