package io.github.containersnap.adapter;

import io.github.containersnap.engine.ImageReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * podman names an image that it pulls from a directory after the directory's path, and refuses to
 * pull where that is no valid name ({@code /srv/.images/OS}). So it is shown the directory under a
 * short name, by a link in the directory of its run.
 */
final class LocalDirectory {
  private static final Pattern FORM = Pattern.compile("(oci|dir):([^:]+)(:.*)?");

  private LocalDirectory() {}

  /** The reference as podman, started in {@code run}, can use it. */
  static String nameable(ImageReference reference, Path run) {
    Matcher matcher = FORM.matcher(reference.text());
    if (!matcher.matches()) {
      return reference.text();
    }
    Path directory = Path.of(matcher.group(2)).toAbsolutePath().normalize();
    String name = name(directory);
    try {
      Files.createSymbolicLink(run.resolve(name), directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot link to " + directory, e);
    }
    return matcher.group(1) + ":" + name + Optional.ofNullable(matcher.group(3)).orElse("");
  }

  private static String name(Path directory) {
    String name =
        Optional.ofNullable(directory.getFileName())
            .map(Path::toString)
            .orElse("")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return name.isEmpty() ? "image" : "image-" + name;
  }
}
