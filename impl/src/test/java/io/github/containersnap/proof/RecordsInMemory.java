package io.github.containersnap.proof;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A directory of records that a test can look into: each as a text with a character a byte. */
final class RecordsInMemory implements ProofRecords.Files {
  private final Map<String, String> texts = new TreeMap<>();

  /** The files by name. */
  Map<String, String> texts() {
    return texts;
  }

  /** What {@code content} writes. */
  static String text(ProofRecords.Content content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public Optional<byte[]> read(String name, int limit) {
    return Optional.ofNullable(texts.get(name))
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void replace(String name, ProofRecords.Content content) {
    texts.put(name, text(content));
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
