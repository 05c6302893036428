package io.github.containersnap.proof;

import io.github.containersnap.oci.layer.LayerContents;
import java.util.ArrayList;
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
 */
public final class ProofRecords {
  private static final int LARGEST = 1 << 26;
  private static final String LAYER = ".layer";
  private static final String CONTENTS = ".contents";
  private static final Pattern DIFF_ID = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final int DIGITS = 64;

  private final Files files;
  private final Map<String, LayerContents> layersRead = new HashMap<>();
  private final Map<String, KnownFileDigests> contentsRead = new HashMap<>();

  /** The records kept in {@code files}. */
  public ProofRecords(Files files) {
    this.files = files;
  }

  /** A directory of small text files that proofs have to themselves. */
  public interface Files {
    /**
     * The text of a file; empty if there is none, if it has more than {@code limit} bytes, or if it
     * cannot be read.
     */
    Optional<String> read(String name, int limit);

    /**
     * Replaces a file. Neither durable nor in one step: a crash or a failure, which is not
     * reported, may leave the old text, the new one, none, or any part of it.
     */
    void replace(String name, String text);

    /** The names of all files; none if they cannot be listed. */
    List<String> names();

    /** Deletes a file. */
    void delete(String name);
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
        : lines(diffId, LAYER, layerTitle(diffId))
            .flatMap(lines -> LayerContents.ofLines(diffId, lines));
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
    String title = layerTitle(layer.digest());
    replace(layer.digest(), LAYER, ChecksummedText.seal(title, layer.toLines()));
  }

  private static String layerTitle(String diffId) {
    return "container-snap layer 1 " + diffId;
  }

  KnownFileDigests contents(String filesystemId, String bottomDiffId) {
    KnownFileDigests atHand = contentsRead.remove(bottomDiffId);
    if (atHand != null) {
      return atHand;
    }
    Map<String, String> digests = new HashMap<>();
    lines(bottomDiffId, CONTENTS, contentsTitle(filesystemId, bottomDiffId))
        .orElse(List.of())
        .forEach(
            line -> {
              if (line.length() == 2 * DIGITS + 1) {
                digests.put(line.substring(0, DIGITS), line.substring(DIGITS + 1));
              }
            });
    return new KnownFileDigests(digests);
  }

  void keep(KnownFileDigests contents, String filesystemId, String bottomDiffId) {
    List<String> lines = new ArrayList<>();
    contents.digests().forEach((fingerprint, digest) -> lines.add(fingerprint + " " + digest));
    String title = contentsTitle(filesystemId, bottomDiffId);
    replace(bottomDiffId, CONTENTS, ChecksummedText.seal(title, lines));
  }

  private static String contentsTitle(String filesystemId, String bottomDiffId) {
    return "container-snap contents 1 %s %s".formatted(filesystemId, bottomDiffId);
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

  private Optional<List<String>> lines(String diffId, String suffix, String title) {
    return DIFF_ID.matcher(diffId).matches()
        ? files
            .read(name(diffId, suffix), LARGEST)
            .flatMap(text -> ChecksummedText.open(text, title))
        : Optional.empty();
  }

  private void replace(String diffId, String suffix, String text) {
    if (DIFF_ID.matcher(diffId).matches() && text.length() < LARGEST) {
      files.replace(name(diffId, suffix), text);
    }
  }

  private static String diffId(String name) {
    return "sha256:" + name.substring(0, name.indexOf('.'));
  }

  private static String name(String diffId, String suffix) {
    return diffId.substring("sha256:".length()) + suffix;
  }
}
