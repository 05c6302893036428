package io.github.containersnap.experiment;

import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** What a machine's owner does between install and update: changes in /etc, files in /var. */
final class LocalChanges {
  private static final long SEED = 1;
  private static final int VAR_BYTES = 1 << 20;
  private static final String OWN = "experiment";

  private LocalChanges() {}

  /** Changes the system mounted at {@code top} whose current deployment's /etc is {@code etc}. */
  static void make(Path top, Path etc) {
    try {
      Files.writeString(etc.resolve("machine-id"), "0123456789abcdef0123456789abcdef\n");
      Files.writeString(etc.resolve("hostname"), "crash-test\n");
      Files.createDirectory(etc.resolve(OWN));
      Files.writeString(etc.resolve(OWN).resolve("local.conf"), "kept = true\n");
      Path owned = Files.createDirectory(var(top));
      byte[] bytes = new byte[VAR_BYTES];
      new Random(SEED).nextBytes(bytes);
      Files.write(owned.resolve("data"), bytes);
      Files.writeString(owned.resolve("note"), "kept\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the machine's local changes", e);
    }
  }

  /** What must be left of them in /var. */
  static TreeManifest inVar(Path top) {
    return TreeScan.of(var(top));
  }

  private static Path var(Path top) {
    return top.resolve("@var").resolve(OWN);
  }
}
