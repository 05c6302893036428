package io.github.containersnap.image;

import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UnusableImageReferenceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an image is, as a person names it. This is the only parser of such names: the command line
 * and the gate mean the same by the same text.
 *
 * <p>A text without a transport is a file or a directory if there is one of that name, or if it can
 * only be a path; else a name in a registry.
 */
public sealed interface ImageSource {

  /** An OCI layout directory, and the tag of one of its images. */
  record Layout(Path directory, Optional<String> tag) implements ImageSource {
    @Override
    public ImageReference reference() {
      return local("oci", directory, tag);
    }
  }

  /** A directory of skopeo's {@code dir:} transport: a manifest and its blobs, nothing else. */
  record Directory(Path directory) implements ImageSource {
    @Override
    public ImageReference reference() {
      return local("dir", directory, Optional.empty());
    }
  }

  /**
   * An archive of one file.
   *
   * @param file the archive, compressed or not
   * @param format what the person said it is; without it, its members decide
   * @param name the tag, or in a Docker archive the name, of one of its images
   */
  record Archive(Path file, Optional<ArchiveFormat> format, Optional<String> name)
      implements ImageSource {
    @Override
    public ImageReference reference() {
      return local(format.orElseGet(() -> ArchiveCheck.formatOf(file)).transport(), file, name);
    }
  }

  /** An image in this machine's container storage, named as podman names it. */
  record Stored(String name) implements ImageSource {
    @Override
    public ImageReference reference() {
      return new ImageReference("containers-storage:" + name);
    }
  }

  /**
   * An image in a registry.
   *
   * @param name what follows {@code docker:} or, of a bare name, the name
   * @param bare whether no transport was typed
   */
  record Registry(String name, boolean bare) implements ImageSource {
    @Override
    public ImageReference reference() {
      return new ImageReference(bare ? name : "docker:" + name);
    }
  }

  /** Transports of podman and skopeo that lead to no image that can be deployed. */
  List<String> UNSUPPORTED = List.of("docker-daemon", "ostree", "sif", "tarball");

  /** What can only be a path. */
  Pattern PATH = Pattern.compile("[/.~].*|.*\\.(?:tar|tgz|gz|xz|zst|bz2|oci)");

  /**
   * Takes {@code typed} apart. Looks at which files there are, and into none. What it names need
   * not be there, unless only a file of that name would make it a reference.
   *
   * @throws UnusableImageReferenceException if it names no image in any way
   * @throws UnreadableImageException if it can only be a path, and no file is there
   */
  static ImageSource parse(String typed) {
    ImageReference.requirePlain(typed);
    int colon = typed.indexOf(':');
    String transport = colon > 0 ? typed.substring(0, colon) : "";
    String rest = typed.substring(colon + 1);
    if (UNSUPPORTED.contains(transport)) {
      throw new UnusableImageReferenceException(
          typed, "images of the transport %s cannot be used".formatted(transport));
    }
    return switch (transport) {
      case "docker" -> new Registry(rest, false);
      case "containers-storage" -> new Stored(rest);
      case "oci" -> {
        NamedPath found = NamedPath.find(rest);
        yield new Layout(found.path(), found.name());
      }
      case "dir" -> new Directory(NamedPath.path(rest));
      case "oci-archive", "docker-archive" -> {
        NamedPath found = NamedPath.find(rest);
        yield new Archive(found.path(), ArchiveFormat.ofTransport(transport), found.name());
      }
      default -> bare(typed);
    };
  }

  private static ImageSource bare(String typed) {
    Path path = NamedPath.path(typed);
    if (Files.isDirectory(path)) {
      return new Layout(path, Optional.empty());
    }
    if (Files.exists(path)) {
      return new Archive(path, Optional.empty(), Optional.empty());
    }
    if (PATH.matcher(typed).matches()) {
      throw new UnreadableImageException(typed, "no such file or directory");
    }
    return new Registry(typed, true);
  }

  /**
   * The reference with its transport, as the engine keeps it.
   *
   * @throws UnreadableImageException if it is an archive without a named format, and has none
   */
  ImageReference reference();

  /**
   * Of a bare name, the image of this machine's container storage if it has one of that name; else
   * the same. For tools that test an image before it is pushed; an update never asks the storage.
   */
  default ImageSource inStorageFirst() {
    return this instanceof Registry registry
            && registry.bare()
            && StoredImages.idOf(registry.name()).isPresent()
        ? new Stored(registry.name())
        : this;
  }

  private static ImageReference local(String transport, Path path, Optional<String> name) {
    return new ImageReference(transport + ":" + path + name.map(it -> ":" + it).orElse(""));
  }

  /**
   * A path, and the name of an image in it.
   *
   * @param path absolute
   * @param name what follows the colon after the path
   */
  record NamedPath(Path path, Optional<String> name) {

    /**
     * Parts {@code text} behind the longest beginning that exists, for paths may have colons, and
     * so may names; at the first colon if none exists.
     */
    static NamedPath find(String text) {
      for (int end = text.length(); end > 0; end = text.lastIndexOf(':', end - 1)) {
        if (Files.exists(path(text.substring(0, end)))) {
          return at(text, end);
        }
      }
      int colon = text.indexOf(':');
      return at(text, colon < 0 ? text.length() : colon);
    }

    private static NamedPath at(String text, int end) {
      String name = text.substring(Math.min(end + 1, text.length()));
      return new NamedPath(
          path(text.substring(0, end)), Optional.of(name).filter(it -> !it.isEmpty()));
    }

    static Path path(String text) {
      return Path.of(text).toAbsolutePath(); // no text without control characters is invalid
    }
  }
}
