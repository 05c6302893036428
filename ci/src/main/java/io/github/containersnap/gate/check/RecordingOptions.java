package io.github.containersnap.gate.check;

import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.SystemDisk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that say what is recorded, and how. */
public final class RecordingOptions {
  /** The options that say nothing to a check of a recording: it has them in it. */
  public static final List<String> NAMES =
      List.of("--mutant", "--commit-every", "--disk-size", "--filesystem", "--small");

  private static final long SMALLEST_DISK_MIB = SystemDisk.SMALLEST >> 20;

  /** The scratch space is sixteen times as large, a sparse file: ext4 allows one of 16 TiB. */
  private static final int LARGEST_DISK_MIB = 900 << 10;

  private static final int MOST_WAITING = 30_000;

  @Option(
      names = "--mutant",
      paramLabel = "NAME[,NAME…]",
      description =
          "Check an updater with a known fault, or with several at once, which the gate must catch;"
              + " ci/gate mutants --list names them.")
  private Optional<String> mutant = Optional.empty();

  @Option(
      names = "--updater",
      paramLabel = "shell:DIR",
      description =
          "Check another updater than container-snap: the programs install, update, next-boot and"
              + " recover in DIR. ci/updaters has examples, and the README of the contract.")
  private Optional<String> updater = Optional.empty();

  @Option(
      names = "--commit-every",
      paramLabel = "MS",
      description =
          "While the update is recorded, let the filesystem be committed every MS milliseconds, as"
              + " the kernel does every 30 seconds: metadata becomes durable at moments the updater"
              + " did not choose, data that is still dirty does not.")
  private Optional<Integer> commitEvery = Optional.empty();

  @Option(
      names = "--disk-size",
      paramLabel = "MIB",
      description = "The size of the disk in MiB (default: by the size of the images).")
  private Optional<Integer> diskSize = Optional.empty();

  @Option(
      names = "--filesystem",
      paramLabel = "NAME",
      description =
          "With --updater: the filesystem of the disk, btrfs, ext4 or xfs, one of those that the"
              + " updater's updater.conf names (default: the first of them).")
  private Optional<String> filesystem = Optional.empty();

  @Option(
      names = "--small",
      description = "Without images: a small pair (busybox, a real kernel) instead of Debian's.")
  private boolean small;

  /**
   * The updater.
   *
   * @throws UnusableInputException if it is not one, or is given a fault of another
   */
  UpdaterUnderTest updater() {
    if (updater.isPresent() && mutant.isPresent()) {
      throw new UnusableInputException(
          "--mutant is a fault of container-snap; it cannot be given together with --updater.");
    }
    if (mutant.equals(Optional.of(UpdaterUnderTest.Prototype.NAME))) {
      return new UpdaterUnderTest.Prototype();
    }
    return updater
        .<UpdaterUnderTest>map(UpdaterUnderTest.Foreign::parse)
        .orElseGet(() -> new UpdaterUnderTest.Shipped(mutants()));
  }

  /** How often somebody else commits the filesystem. */
  Optional<Duration> commitsEvery() {
    if (commitEvery.isPresent() && (commitEvery.get() < 1 || commitEvery.get() > MOST_WAITING)) {
      throw new UnusableInputException(
          "--commit-every needs a number of milliseconds from 1 to %d.".formatted(MOST_WAITING));
    }
    return commitEvery.map(Duration::ofMillis);
  }

  /**
   * The filesystem of the disk.
   *
   * @throws UnusableInputException if the updater cannot work on it
   */
  Filesystem filesystem() {
    return filesystem.isEmpty()
        ? updater().filesystems().getFirst()
        : chosen(filesystem.get(), updater());
  }

  private Filesystem chosen(String name, UpdaterUnderTest of) {
    Filesystem named =
        Filesystem.named(name)
            .filter(of.filesystems()::contains)
            .orElseThrow(
                () ->
                    new UnusableInputException(
                        "--filesystem %s: %s works on %s."
                            .formatted(
                                name,
                                of.foreign().orElse("container-snap"),
                                of.filesystems().stream()
                                    .map(Filesystem::type)
                                    .collect(Collectors.joining(", ")))));
    if (commitEvery.isPresent() && !named.isBtrfs()) {
      throw new UnusableInputException("--commit-every needs --filesystem btrfs.");
    }
    return named;
  }

  /** Whether another updater was named. */
  boolean namesUpdater() {
    return updater.isPresent();
  }

  /** Whether faults of the updater were named. */
  boolean namesMutants() {
    return mutant.isPresent();
  }

  /** The faults that were named. */
  Mutants mutants() {
    return Mutants.named(mutant.orElse(""));
  }

  /** The size of the disk in bytes, if it was given. */
  OptionalLong diskSizeBytes() {
    if (diskSize.isEmpty()) {
      return OptionalLong.empty();
    }
    if (diskSize.get() < SMALLEST_DISK_MIB || diskSize.get() > LARGEST_DISK_MIB) {
      throw new UnusableInputException(
          "--disk-size needs a number of MiB from %d (boot loader and an empty btrfs) to %d."
              .formatted(SMALLEST_DISK_MIB, LARGEST_DISK_MIB));
    }
    return OptionalLong.of((long) diskSize.get() << 20);
  }

  /** Whether the images are the small pair instead of Debian's. */
  public boolean small() {
    return small;
  }
}
