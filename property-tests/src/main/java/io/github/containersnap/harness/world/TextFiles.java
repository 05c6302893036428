package io.github.containersnap.harness.world;

import io.github.containersnap.harness.view.Tree;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A tree of which each file's text, mode and owner are known, and nothing else.
 *
 * @param files by path
 */
public record TextFiles(Map<String, EtcFile> files) implements Tree {
  public TextFiles {
    files = Map.copyOf(files);
  }

  /** Files of root, with the usual mode, by path. */
  public static TextFiles ofTexts(Map<String, String> texts) {
    Map<String, EtcFile> files = new TreeMap<>();
    texts.forEach((path, text) -> files.put(path, EtcFile.of(text)));
    return new TextFiles(files);
  }

  @Override
  public Optional<String> differenceFrom(Tree expected) {
    if (!(expected instanceof TextFiles(Map<String, EtcFile> wanted))) {
      throw new IllegalArgumentException("trees of two worlds cannot be compared");
    }
    return files.equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "there is %s where there should be %s"
                .formatted(only(files, wanted), only(wanted, files)));
  }

  /** What one has and the other has not, or has otherwise. */
  private static String only(Map<String, EtcFile> one, Map<String, EtcFile> other) {
    Set<Map.Entry<String, EtcFile>> own = new HashSet<>(one.entrySet());
    own.removeAll(other.entrySet());
    Map<String, EtcFile> ordered = new TreeMap<>();
    own.forEach(each -> ordered.put(each.getKey(), each.getValue()));
    return ordered.isEmpty() ? "nothing" : ordered.toString().replace("\n", "\\n");
  }

  @Override
  public Optional<String> sha256(String path) {
    return Optional.ofNullable(files.get(path)).map(file -> NodeContent.of(file.text()).digest());
  }
}
