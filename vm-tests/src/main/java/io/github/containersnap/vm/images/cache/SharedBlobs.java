package io.github.containersnap.vm.images.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Blobs that two layouts have in common, kept once on the disk: a blob's name is its content. */
public final class SharedBlobs {
  private static final Path BLOBS = Path.of("blobs", "sha256");

  private SharedBlobs() {}

  /** Makes each blob of {@code layout} that {@code older} has too a second name of that one. */
  public static void link(Path older, Path layout) throws IOException {
    try (Stream<Path> blobs = Files.list(layout.resolve(BLOBS))) {
      for (Path blob : blobs.toList()) {
        Path same = older.resolve(BLOBS).resolve(String.valueOf(blob.getFileName()));
        if (Files.isRegularFile(same)) {
          Path link = blob.resolveSibling(blob.getFileName() + ".link");
          Files.createLink(link, same);
          Files.move(link, blob, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
