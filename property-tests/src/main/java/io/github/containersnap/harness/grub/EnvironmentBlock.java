package io.github.containersnap.harness.grub;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * GRUB's environment block: a signature line, {@code name=value} lines in which a backslash escapes
 * a line feed and itself, then {@code #} up to the file's end (GRUB manual, "The GRUB environment
 * block").
 *
 * @param size in bytes, which never changes
 * @param variables in the order of the file
 */
public record EnvironmentBlock(int size, Map<String, String> variables) {
  /** The size of a block that grub-editenv makes. */
  public static final int USUAL_SIZE = 1024;

  private static final String SIGNATURE = "# GRUB Environment Block\n";

  /** Copies the variables. */
  public EnvironmentBlock {
    variables = new LinkedHashMap<>(variables);
  }

  /** A block of the usual size without variables. */
  public static EnvironmentBlock empty() {
    return new EnvironmentBlock(USUAL_SIZE, Map.of());
  }

  /** Reads a block; empty if GRUB would refuse it as one without a signature. */
  public static Optional<EnvironmentBlock> read(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    if (!text.startsWith(SIGNATURE)) {
      return Optional.empty();
    }
    Map<String, String> variables = new LinkedHashMap<>();
    int at = SIGNATURE.length();
    while (at < text.length()) {
      StringBuilder line = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '\n') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        line.append(text.charAt(at++));
      }
      at++;
      int equals = line.indexOf("=");
      if (equals > 0 && line.charAt(0) != '#') {
        variables.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return Optional.of(new EnvironmentBlock(content.length, variables));
  }

  /** The file's content; empty if the variables do not fit. */
  public Optional<byte[]> content() {
    String lines =
        variables.entrySet().stream()
            .map(it -> it.getKey() + "=" + escape(it.getValue()) + "\n")
            .collect(Collectors.joining("", SIGNATURE, ""));
    int filling = size - lines.length();
    return filling < 0
        ? Optional.empty()
        : Optional.of((lines + "#".repeat(filling)).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\n", "\\\n");
  }

  /** The same block with these variables set besides. */
  public EnvironmentBlock with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.putAll(more);
    return new EnvironmentBlock(size, all);
  }
}
