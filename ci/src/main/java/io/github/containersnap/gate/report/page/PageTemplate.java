package io.github.containersnap.gate.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A resource with named places in it, such as {@code {{word}}}.
 *
 * @param beside a class of the package whose resource it is
 * @param name of the file
 */
public record PageTemplate(Class<?> beside, String name) {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z0-9-]+)}}");

  /** One of this package's. */
  PageTemplate(String name) {
    this(PageTemplate.class, name);
  }

  /** The text with what is given in its places; what is put in is not looked at again. */
  public String with(Map<String, String> places) {
    return PLACE
        .matcher(resource(beside, name))
        .replaceAll(
            place -> Matcher.quoteReplacement(Objects.requireNonNull(places.get(place.group(1)))));
  }

  /** A file of this package's. */
  static String resource(String name) {
    return resource(PageTemplate.class, name);
  }

  /** A file of the package that {@code beside} is in. */
  public static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the page's " + name, e);
    }
  }
}
