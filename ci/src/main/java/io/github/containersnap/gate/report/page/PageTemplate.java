package io.github.containersnap.gate.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of this package's resources with named places in it, such as {@code {{word}}}. */
record PageTemplate(String name) {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z0-9-]+)}}");

  /** The text with what is given in its places; what is put in is not looked at again. */
  String with(Map<String, String> places) {
    return PLACE
        .matcher(resource(name))
        .replaceAll(
            place -> Matcher.quoteReplacement(Objects.requireNonNull(places.get(place.group(1)))));
  }

  /** A file of the template. */
  static String resource(String name) {
    try (InputStream in = PageTemplate.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the page's " + name, e);
    }
  }
}
