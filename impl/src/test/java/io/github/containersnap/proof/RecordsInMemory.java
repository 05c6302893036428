package io.github.containersnap.proof;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A directory of records that a test can look into. */
final class RecordsInMemory implements ProofRecords.Files {
  private final Map<String, String> texts = new TreeMap<>();

  /** The files by name. */
  Map<String, String> texts() {
    return texts;
  }

  @Override
  public Optional<String> read(String name, int limit) {
    return Optional.ofNullable(texts.get(name));
  }

  @Override
  public void replace(String name, String text) {
    texts.put(name, text);
  }

  @Override
  public List<String> names() {
    return List.copyOf(texts.keySet());
  }

  @Override
  public void delete(String name) {
    texts.remove(name);
  }
}
