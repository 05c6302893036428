package io.github.containersnap.gate.recording;

import io.github.containersnap.gate.cases.KeptDisk;
import io.github.containersnap.gate.report.DiskDigests;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.MalformedWriteLogException;
import io.github.containersnap.loopback.log.WriteLog;
import io.github.containersnap.vm.images.ImagePair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.UUID;

/**
 * The directory of a recording: {@code recording.json}, {@code base.img.zst}, {@code write.log.zst}
 * and the two images, {@code old} and {@code new}, as OCI layouts.
 *
 * @param directory where it lies
 * @param images where its images lie; recordings of several transitions have them in common
 */
public record RecordingDirectory(Path directory, Path images) {
  private static final String DRAFT = ".recording.json";

  /** A recording with images of its own. */
  public RecordingDirectory(Path directory) {
    this(directory, directory);
  }

  /** The disk before the update, and the log, found to be those of the recording. */
  public record Disks(SystemDisk base, WriteLog log) {}

  /** Where the old image goes. */
  public Path oldImage() {
    return images.resolve(ImageMount.OLD);
  }

  /** Where the new image goes. */
  public Path newImage() {
    return images.resolve(ImageMount.NEW);
  }

  /** What cases of a check of this recording are made from. */
  public KeptDisk disk() {
    return new KeptDisk(directory);
  }

  /**
   * Ends the recording. A crash before leaves a directory that no check takes for a recording.
   *
   * @param file what it is of
   */
  public void finish(RecordingFile file) throws IOException {
    Path draft = directory.resolve(DRAFT);
    Files.writeString(draft, ResultJson.text(file));
    Files.move(draft, directory.resolve(RecordingFile.NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * What it is of.
   *
   * @throws UnusableInputException if it is no whole recording of this gate's
   */
  public RecordingFile read() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new UnusableInputException(
          "%s is not a directory; `ci/gate record OLD NEW --to DIR` makes a recording."
              .formatted(directory));
    }
    return new RecordingReader(directory.resolve(RecordingFile.NAME)).read();
  }

  /** The images where the mount shows them. */
  public ImagePair images(RecordingFile file, ImageMount mount) {
    return mount.images(
        Objects.requireNonNull(RecordingReader.tag(file.old().reference(), ImageMount.OLD)),
        Objects.requireNonNull(RecordingReader.tag(file.newImage().reference(), ImageMount.NEW)),
        images);
  }

  /**
   * Unpacks the disk and the log, never more than the recording says they have, and proves that
   * they are those that were recorded.
   *
   * @param room where to
   * @throws UnusableInputException if they are missing or others
   */
  public Disks unpack(RecordingFile file, Path room) throws IOException {
    Path image = unpack(KeptDisk.BASE, file.disk().bytes(), file.disk().baseSha256(), room);
    Path logFile = unpack(KeptDisk.LOG, file.logBytes(), file.disk().logSha256(), room);
    try {
      SystemDisk base =
          SystemDisk.existing(
              image,
              file.disk().bytes(),
              UUID.fromString(file.disk().filesystemUuid()),
              file.disk().kind());
      WriteLog log = WriteLog.read(logFile, base);
      if (!log.complete() || log.entries().size() != file.disk().logEntries()) {
        throw new UnusableInputException(
            "%s has %,d entries and %s says %,d; record the update again."
                .formatted(
                    directory.resolve(KeptDisk.LOG),
                    log.entries().size(),
                    RecordingFile.NAME,
                    file.disk().logEntries()));
      }
      return new Disks(base, log);
    } catch (MalformedWriteLogException | IllegalArgumentException e) {
      throw new UnusableInputException(
          "The recording %s cannot be used: %s. Record the update again."
              .formatted(directory, e.getMessage()));
    }
  }

  private Path unpack(String name, long bytes, String sha256, Path room) throws IOException {
    Path packed = directory.resolve(name + KeptDisk.COMPRESSED);
    if (!Files.isRegularFile(packed)) {
      throw new UnusableInputException(
          "The recording %s lacks %s; copy it again, or record the update again."
              .formatted(directory, packed.getFileName()));
    }
    Path to = room.resolve(name);
    KeptDisk.decompress(packed, to, bytes);
    String found = Files.size(to) == bytes ? DiskDigests.sha256(to) : "of another size";
    if (!found.equals(sha256)) {
      throw new UnusableInputException(
          "%s is damaged: unpacked, its SHA-256 is %s, not %s; copy it again, or record the update again."
              .formatted(packed, found, sha256));
    }
    return to;
  }
}
