package io.github.containersnap.image;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.ImageReference;
import java.nio.file.Path;
import java.util.List;

/** Tells the two kinds of image archive apart. */
public final class ArchiveFormat {
  private ArchiveFormat() {}

  /** The reference of the archive {@code file}: {@code oci-archive:} if it lists an OCI layout. */
  public static ImageReference reference(Path file) {
    List<String> names =
        ExternalCommand.of("tar", "--list", "--file", file.toAbsolutePath()).run().lines();
    boolean oci = names.stream().anyMatch(name -> name.equals("oci-layout"));
    boolean docker = names.stream().anyMatch(name -> name.equals("manifest.json"));
    String transport = oci && !docker ? "oci-archive:" : "docker-archive:";
    return new ImageReference(transport + file.toAbsolutePath());
  }
}
