package io.github.containersnap.simulation;

import io.github.containersnap.properties.Tree;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A tree of which the text of each file is known, by its path, and nothing else.
 *
 * @param texts by path
 */
public record TextFiles(Map<String, String> texts) implements Tree {
  @Override
  public Optional<String> differenceFrom(Tree expected) {
    if (!(expected instanceof TextFiles(Map<String, String> wanted))) {
      throw new IllegalArgumentException("trees of two worlds cannot be compared");
    }
    return texts.equals(wanted)
        ? Optional.empty()
        : Optional.of(
            "there is %s where there should be %s"
                .formatted(only(texts, wanted), only(wanted, texts)));
  }

  /** What one has and the other has not, or has otherwise. */
  private static String only(Map<String, String> one, Map<String, String> other) {
    Set<Map.Entry<String, String>> own = new HashSet<>(one.entrySet());
    own.removeAll(other.entrySet());
    Map<String, String> ordered = new TreeMap<>();
    own.forEach(each -> ordered.put(each.getKey(), each.getValue()));
    return ordered.isEmpty() ? "nothing" : ordered.toString().replace("\n", "\\n");
  }

  @Override
  public Optional<String> sha256(String path) {
    return Optional.ofNullable(texts.get(path)).map(text -> Content.of(text).digest());
  }
}
