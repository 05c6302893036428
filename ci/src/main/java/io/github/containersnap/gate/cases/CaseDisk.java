package io.github.containersnap.gate.cases;

import io.github.containersnap.gate.report.DiskDigests;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.DiskFingerprint;
import io.github.containersnap.loopback.crash.Fingerprint;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.MalformedWriteLogException;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The disk before the update and the log of a case, in a scratch space and proven to be those that
 * the case speaks of.
 *
 * @param file the case
 * @param scratch where both lie
 * @param base the disk before the update
 * @param log the write log
 */
record CaseDisk(CaseFile file, ScratchSpace scratch, SystemDisk base, WriteLog log) {

  /**
   * Finds the disk and the log of a case: in {@code from} if given, else beside the report, else
   * where {@code --keep} left them.
   *
   * @param caseFile where the case was read from
   * @throws UnusableInputException if they are nowhere, or are another run's
   */
  static CaseDisk find(CaseFile file, Path caseFile, Optional<Path> from, ScratchSpace scratch)
      throws IOException {
    List<Path> places =
        from.isPresent()
            ? List.of(from.get())
            : Stream.concat(
                    Stream.of(caseFile.toAbsolutePath().resolveSibling("../disk").normalize()),
                    Optional.ofNullable(file.kept()).map(Path::of).stream())
                .toList();
    KeptDisk kept =
        places.stream()
            .map(KeptDisk::new)
            .filter(KeptDisk::isThere)
            .findFirst()
            .orElseThrow(
                () ->
                    new UnusableInputException(
                        "The disk and the log of this case (base.img with SHA-256 %s…, write.log with %s…) are not in %s; name their directory with --from DIR."
                            .formatted(
                                file.disk().baseSha256().substring(0, 12),
                                file.disk().logSha256().substring(0, 12),
                                String.join(
                                    ", nor in ", places.stream().map(Path::toString).toList()))));
    return brought(file, kept, scratch);
  }

  private static CaseDisk brought(CaseFile file, KeptDisk kept, ScratchSpace scratch)
      throws IOException {
    Path image = scratch.directory().resolve(KeptDisk.BASE);
    Path logFile = scratch.directory().resolve(KeptDisk.LOG);
    kept.bring(KeptDisk.BASE, image);
    kept.bring(KeptDisk.LOG, logFile);
    requireSame(kept, KeptDisk.BASE, DiskDigests.sha256(image), file.disk().baseSha256());
    requireSame(kept, KeptDisk.LOG, DiskDigests.sha256(logFile), file.disk().logSha256());
    try {
      SystemDisk base =
          SystemDisk.existing(
              image,
              file.disk().bytes(),
              UUID.fromString(file.disk().filesystemUuid()),
              file.disk().kind());
      return new CaseDisk(file, scratch, base, WriteLog.read(logFile, base));
    } catch (MalformedWriteLogException | IllegalArgumentException e) {
      throw new UnusableInputException(
          "%s cannot be used: %s.".formatted(kept.directory(), e.getMessage()));
    }
  }

  private static void requireSame(KeptDisk kept, String name, String found, String wanted) {
    if (!found.equals(wanted)) {
      throw new UnusableInputException(
          "%s in %s is another run's: its SHA-256 is %s, the case's %s."
              .formatted(name, kept.directory(), found, wanted));
    }
  }

  /**
   * Makes the disk of a state.
   *
   * @param name of the file in the scratch space
   * @throws UnusableInputException if the log has no such state
   */
  SystemDisk rebuild(CrashState state, String name) {
    Path image = scratch.directory().resolve(name);
    scratch.reflink(base.image(), image);
    try (CrashImage crash = CrashImage.of(image, log)) {
      crash.become(state);
    } catch (IllegalArgumentException e) {
      throw new UnusableInputException(String.valueOf(e.getMessage()) + ".");
    }
    return base.at(image);
  }

  /**
   * The disk of the case, proven to be the one that was judged.
   *
   * @throws IllegalStateException if it is not: this program no longer makes it as it did
   */
  SystemDisk rebuild() {
    SystemDisk disk = rebuild(file.state(), "case.img");
    Fingerprint made = DiskFingerprint.of(base.image(), disk.image());
    if (!made.toString().equals(file.fingerprint())) {
      throw new UnusableInputException(
          "The disk of %s comes out with the fingerprint %s, the case has %s: it is another program's, or was changed."
              .formatted(file.address(), made, file.fingerprint()));
    }
    return disk;
  }
}
