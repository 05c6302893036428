package io.github.containersnap.vm.images;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that somebody says is an image archive, looked at only as far as skopeo must be protected
 * from it: its members, their sizes and kinds.
 *
 * @param typed what the user calls it
 * @param file the file
 */
record Archive(String typed, Path file) {
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};

  /** SIGXFSZ, which the kernel sends to a process whose file grows beyond its limit. */
  private static final int KILLED_AT_LIMIT = 128 + 25;

  /** Its size in bytes. */
  long bytes() throws IOException {
    return Files.size(file);
  }

  /**
   * The archive as it is, or, if it is compressed, unpacked into {@code temporary}.
   *
   * @throws ImageInputException if it is no file, or does not unpack into the space there is
   */
  Archive plain(Path temporary, FreeSpace space) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new ImageInputException(typed, "is no image archive: it is not a file.");
    }
    byte[] start = start();
    if (start.length == 0) {
      throw new ImageInputException(typed, "is no image archive: it is empty.");
    }
    if (!startsWith(start, GZIP) && !startsWith(start, ZSTD) && !startsWith(start, XZ)) {
      return this;
    }
    Path unpacked = temporary.resolve("unpacked.tar");
    long limit = space.available();
    try {
      // Debian's zstd reads gzip and xz too. A file that unpacks without end stops at the limit.
      ExternalCommand.of("prlimit", "--fsize=" + limit, "--")
          .with("zstd", "--decompress", "--quiet", "--force", "--memory=512MB")
          .with(file, "-o", unpacked)
          .run();
    } catch (CommandFailedException e) {
      throw new ImageInputException(
          typed,
          e.exitCode() == KILLED_AT_LIMIT
              ? "cannot be unpacked: it needs more than the %,d MiB that can be used in %s."
                  .formatted(limit >> 20, space.directory())
              : "cannot be unpacked: it is truncated or damaged.");
    }
    return new Archive(typed, unpacked);
  }

  /**
   * Checks the members and finds the kind.
   *
   * @param expected the kind that the user named, if they did
   */
  ArchiveKind requireKind(Optional<ArchiveKind> expected) throws IOException {
    TarMembers members = TarMembers.read(typed, file);
    boolean isOci = members.has("oci-layout") && members.has("index.json");
    boolean isDocker = members.has("manifest.json");
    if (!isOci && !isDocker) {
      throw new ImageInputException(
          typed,
          "is no image archive: it is a tar file that has neither oci-layout and index.json nor"
              + " manifest.json.");
    }
    ArchiveKind kind = expected.orElse(isOci ? ArchiveKind.OCI : ArchiveKind.DOCKER);
    if (kind == ArchiveKind.OCI ? !isOci : !isDocker) {
      throw new ImageInputException(
          typed, "is no %s: its content is that of the other kind.".formatted(kind.transport()));
    }
    if (kind == ArchiveKind.OCI) {
      byte[] index = members.content("index.json", ManifestIndex.LARGEST).orElse(new byte[0]);
      ManifestIndex.parse(typed, index).requireManifests(members::content);
    }
    return kind;
  }

  private byte[] start() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(XZ.length);
    }
  }

  private static boolean startsWith(byte[] start, byte[] magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= start.length || start[i] != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
