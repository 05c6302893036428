package io.github.containersnap.gate.report;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.loopback.disk.Filesystem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What the recorded disk is recognised by. The files are those that {@code --keep} leaves; without
 * it, their digests still tell whether two reports speak of the same run.
 *
 * @param bytes the size of the disk
 * @param filesystemUuid the UUID of its btrfs, another one in every run
 * @param baseSha256 SHA-256 of the disk before the update, {@code base.img}
 * @param entries how many entries the write log has
 * @param logSha256 SHA-256 of the write log, {@code write.log}
 */
public record DiskDigests(
    long bytes,
    String filesystemUuid,
    String baseSha256,
    int entries,
    String logSha256,
    Filesystem filesystem) {
  private static final int BUFFER_BYTES = 1 << 20;

  /** Those of a btrfs. */
  public DiskDigests(
      long bytes, String filesystemUuid, String baseSha256, int entries, String logSha256) {
    this(bytes, filesystemUuid, baseSha256, entries, logSha256, Filesystem.BTRFS);
  }

  /**
   * Reads both files.
   *
   * @param publicLog the write log as {@code --keep} leaves it
   */
  public static DiskDigests of(Recording recording, Path publicLog) throws IOException {
    return new DiskDigests(
        recording.base().sizeBytes(),
        recording.base().filesystemUuid().toString(),
        sha256(recording.base().image()),
        recording.log().entries().size(),
        sha256(publicLog),
        recording.base().filesystem());
  }

  /** The SHA-256 of a file, in 64 lower-case hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest;
    digest = Sha256.digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
