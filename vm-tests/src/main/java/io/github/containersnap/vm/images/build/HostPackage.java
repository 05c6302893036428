package io.github.containersnap.vm.images.build;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * container-snap's own Debian package, which a host's image has installed.
 *
 * @param file the .deb
 */
public record HostPackage(Path file) {
  private static final String PATTERN = "container-snap_*_amd64.deb";

  /** Where Maven's package phase leaves it, below the top of the sources. */
  private static final Path BUILT = Path.of("impl", "target");

  /**
   * The package that was built with this program: beside the program's jars or classes, or in a
   * directory above them, or in {@code impl/target} of one.
   *
   * @throws ImageBuildException if it was not built; the message has the command that does it
   */
  public static HostPackage ofThisBuild() {
    return near(code());
  }

  /** The package in {@code code}, above it, or in {@code impl/target} of a directory above it. */
  static HostPackage near(Path code) {
    for (Path directory = code; directory != null; directory = directory.getParent()) {
      for (Path place : List.of(directory, directory.resolve(BUILT))) {
        List<Path> found = packagesIn(place);
        if (!found.isEmpty()) {
          return new HostPackage(found.getLast());
        }
      }
    }
    throw new ImageBuildException(
        "container-snap's Debian package was not built: there is no %s in any directory above %s, nor in impl/target of one. Build it at the top of the sources: mvn package -pl impl -DskipTests"
            .formatted(PATTERN, code));
  }

  private static Path code() {
    try {
      return Path.of(HostPackage.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("this program's code lies nowhere", e);
    }
  }

  private static List<Path> packagesIn(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> packages = Files.newDirectoryStream(directory, PATTERN)) {
      packages.forEach(found::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for container-snap's package in " + directory, e);
    }
    Collections.sort(found);
    return found;
  }

  /**
   * Unpacks it, for whoever wants to run the program as a host does without installing it: it works
   * from any prefix.
   *
   * @param directory made for it; must not exist yet
   * @return the program
   */
  public Path unpackedIn(Path directory) {
    ExternalCommand.of("dpkg-deb", "--extract", file, directory).run();
    return directory.resolve("usr/bin/container-snap");
  }

  /** What tells one build from another: the digest of the file, in hex. */
  public String digest() {
    try {
      return Sha256.hex(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
