package io.github.containersnap.harness.registry;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The part of an HTTP/1.1 message before its body (RFC 9112).
 *
 * @param first the request line or the status line
 * @param fields the header's lines
 */
record HttpHead(String first, List<String> fields) {
  private static final int LARGEST = 64 * 1024;

  HttpHead {
    fields = List.copyOf(fields);
  }

  static HttpHead read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!endsWithEmptyLine(bytes)) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended within a header");
      }
      if (bytes.size() == LARGEST) {
        throw new IOException("a header of more than %d bytes".formatted(LARGEST));
      }
      bytes.write(next);
    }
    List<String> lines = bytes.toString(StandardCharsets.ISO_8859_1).strip().lines().toList();
    if (lines.isEmpty()) {
      throw new IOException("a header without a line");
    }
    return new HttpHead(lines.getFirst(), lines.subList(1, lines.size()));
  }

  private static boolean endsWithEmptyLine(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
  }

  /** The word at {@code index} of the first line. */
  String word(int index) throws IOException {
    String[] words = first.split(" ", -1);
    if (index >= words.length) {
      throw new IOException("'%s' is no first line of HTTP".formatted(first));
    }
    return words[index];
  }

  Optional<String> field(String name) {
    return fields.stream()
        .filter(field -> is(field, name))
        .map(field -> field.substring(name.length() + 1).strip())
        .findFirst();
  }

  /** The same with that field and no other of its name. */
  HttpHead with(String name, String value) {
    List<String> others =
        new ArrayList<>(fields.stream().filter(field -> !is(field, name)).toList());
    others.add(name + ": " + value);
    return new HttpHead(first, others);
  }

  private static boolean is(String field, String name) {
    return field.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":");
  }

  byte[] bytes() {
    return (first + "\r\n" + String.join("\r\n", fields) + "\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
