package io.github.containersnap.adapter.podman;

import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.UnreadableImageException;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.UnusableImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An image in a directory, as podman and skopeo are shown it.
 *
 * <p>podman names an image that it pulls from a directory after the directory's path, and refuses
 * to pull where that is no valid name ({@code /srv/.images/OS}). So it is shown the directory under
 * a short name, by a link in the directory of its run. An OCI layout is shown with an index of one
 * image: the one that this program has chosen, so that lint, update and podman mean the same.
 */
final class DirectoryAlias {
  private static final Pattern FORM = Pattern.compile("(oci|dir):([^:]+)(?::(.*))?");

  private DirectoryAlias() {}

  /**
   * The reference as a program, started in {@code run}, can use it.
   *
   * @throws UnreadableImageException if there is no such layout, or no such image in it
   */
  static String nameable(ImageReference reference, Path run) {
    Matcher matcher = FORM.matcher(reference.text());
    if (!matcher.matches()) {
      return reference.text();
    }
    Path directory = Path.of(matcher.group(2)).toAbsolutePath().normalize();
    Optional<String> tag = Optional.ofNullable(matcher.group(3));
    String name = name(directory);
    try {
      if (matcher.group(1).equals("oci")) {
        showOneImage(directory, tag, run.resolve(name));
      } else {
        Files.createSymbolicLink(run.resolve(name), directory);
      }
    } catch (UnusableImageException e) {
      throw new UnreadableImageException(reference, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot link to " + directory, e);
    }
    return matcher.group(1) + ":" + name + tag.map(it -> ":" + it).orElse("");
  }

  /** Arguments in which a program, started anywhere, finds the images in directories. */
  static Object[] shown(Object[] arguments, Path run) {
    return Stream.of(arguments)
        .map(it -> it instanceof ImageReference reference ? absolute(reference, run) : it)
        .toArray();
  }

  private static String absolute(ImageReference reference, Path run) {
    String shown = nameable(reference, run);
    int name = shown.indexOf(':') + 1;
    return shown.equals(reference.text())
        ? shown
        : shown.substring(0, name) + run + "/" + shown.substring(name);
  }

  private static void showOneImage(Path layout, Optional<String> tag, Path shown)
      throws IOException {
    byte[] index = OciLayout.open(layout).indexOfOne(tag);
    Files.createDirectory(shown);
    Files.copy(layout.resolve("oci-layout"), shown.resolve("oci-layout"));
    Files.write(shown.resolve("index.json"), index);
    Files.createSymbolicLink(shown.resolve("blobs"), layout.resolve("blobs"));
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
