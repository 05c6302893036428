package io.github.containersnap.install;

import io.github.containersnap.adapter.RealPorts;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.SourceChange;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RoomNeeded;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.install.disk.EfiArchitecture;
import io.github.containersnap.install.disk.EmptySystem;
import io.github.containersnap.install.disk.PartitionDevice;
import io.github.containersnap.install.disk.PartitionPlan;
import io.github.containersnap.install.disk.RequiredPrograms;
import io.github.containersnap.install.disk.SystemMount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes a disk that boots an image: the disk of DESIGN §4, and on it the first deployment, by the
 * ordinary update.
 *
 * <p>Until the update's commit point the disk boots nothing: its boot loader finds no menu and says
 * so. There is nothing to recover from a crash but to install again.
 */
public final class Installation {
  /** What btrfs takes for itself, and what is put aside for a full disk. */
  private static final Bytes OWN_NEEDS = Bytes.ofMebibytes(64);

  private static final int METADATA_COPIES = 2;

  private final Podman podman;
  private final Confirmation consent;
  private final Progress progress;

  /**
   * An installation.
   *
   * @param podman fetches the image; files of this run go where its own do
   * @param consent asks before anything is lost
   * @param progress hears how far the disk and the update on it are
   */
  public Installation(Podman podman, Confirmation consent, Progress progress) {
    this.podman = podman;
    this.consent = consent;
    this.progress = progress;
  }

  /**
   * What is wanted.
   *
   * @param disk a file, which may not exist yet, or a whole block device
   * @param size of a new file; empty for the usual one
   * @param image what the disk is to boot
   * @param source where its updates come from; empty for where the image comes from
   * @param firmwareEntry whether the firmware is to be told of the disk
   */
  public record Wish(
      Path disk,
      Optional<Bytes> size,
      ImageReference image,
      Optional<ImageReference> source,
      boolean firmwareEntry) {}

  /**
   * What came of it.
   *
   * @param deployment what the disk boots
   * @param disk where the disk is
   * @param firmware what the firmware was told, a sentence
   */
  public record Installed(DeploymentId deployment, Path disk, String firmware) {}

  /**
   * Installs. When this returns, all of it is durable.
   *
   * @throws UnusableDiskException if nothing can be installed on the disk, which is unchanged
   * @throws CannotInstallException if this machine cannot make disks
   * @throws io.github.containersnap.engine.model.UpdateException if the image cannot be fetched or
   *     booted
   */
  public Installed run(Wish wish) {
    EfiArchitecture firmware = requireFitMachine(); // 1 crash in 1 to 4: the disk is unchanged.
    TargetDisk target = TargetDisk.at(wish.disk(), wish.size()); // 2 Reads only.
    PartitionPlan plan =
        PartitionPlan.of(target.path(), target.size().count(), target.sectorBytes());
    try (InstallSignals interruption = InstallSignals.watch();
        WorkDirectory work = WorkDirectory.in(podman.runtimeDirectory())) {
      interruption.lastResort(work::clear);
      requireRoom(wish.image(), target, plan, work); // 3 Nothing is written to the disk yet.
      DeploymentId deployment =
          onOwnDisk(wish, target, plan, firmware, work, interruption); // 4 to 8
      String told = FirmwareEntry.OF_THIS_MACHINE.make(target, firmware, wish.firmwareEntry()); // 9
      if (interruption.came()) { // too late; who started this may hear no more
        progress.notes("%s is complete all the same, and boots.".formatted(target.path()));
      }
      return new Installed(deployment, target.path(), told);
    }
  }

  private static EfiArchitecture requireFitMachine() {
    String architecture = System.getProperty("os.arch", "unknown");
    EfiArchitecture firmware =
        EfiArchitecture.of(architecture)
            .orElseThrow(() -> CannotInstallException.architecture(architecture));
    if (!isRoot()) {
      throw CannotInstallException.notRoot();
    }
    RequiredPrograms.ofThisMachine()
        .missing(firmware)
        .ifPresent(
            missing -> {
              throw CannotInstallException.missing(missing);
            });
    return firmware;
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find out who runs this", e);
    }
  }

  /** Asks where the image comes from before anything is written: also for a mistyped name. */
  private void requireRoom(
      ImageReference image, TargetDisk target, PartitionPlan plan, WorkDirectory work) {
    progress.notes("Looking at the image %s.".formatted(image));
    RoomNeeded room =
        RoomNeeded.of(RealPorts.store(new DeploymentLayout(work.path()), podman).resolve(image));
    Bytes needed = room.data().plus(room.metadata().times(METADATA_COPIES)).plus(OWN_NEEDS);
    Bytes given = new Bytes(plan.system().size());
    if (given.compareTo(needed) < 0) {
      throw UnusableDiskException.tooSmallForImage(
          target.path(), target.size(), image.text(), given, needed);
    }
    if (target instanceof TargetDisk.NewFile) {
      requireRoomAround(target.path(), needed);
    }
  }

  private static void requireRoomAround(Path file, Bytes needed) {
    try {
      Bytes free = new Bytes(Files.getFileStore(file.getParent()).getUsableSpace());
      if (free.compareTo(needed) < 0) {
        throw UnusableDiskException.noRoomForFile(file, needed, free);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot find out how much is free for " + file, e);
    }
  }

  private DeploymentId onOwnDisk(
      Wish wish,
      TargetDisk target,
      PartitionPlan plan,
      EfiArchitecture firmware,
      WorkDirectory work,
      InstallSignals interruption) {
    interruption.check();
    try (ExclusiveDisk claim =
        ExclusiveDisk.of(target)) { // 4 The disk is ours; a new one is all zeros.
      if (!(target instanceof TargetDisk.NewFile)) {
        ExistingData.of(target.path(), claim.content())
            .map(what -> inWords(target, what))
            .ifPresent(
                what -> interruption.whileAsking(() -> consent.require(target.path(), what)));
      }
      progress.notes(
          "Making %s, %s: EFI system partition %s, btrfs %s."
              .formatted(
                  target.path(),
                  target.size(),
                  new Bytes(plan.esp().size()),
                  new Bytes(plan.system().size())));
      interruption.lastResort(() -> giveUp(target, work));
      try {
        wipe(target); // 5 crash from here to 7: a disk that boots nothing. Install again.
        EmptySystem.make(plan, firmware, work.path()); // 6 as 5.
        interruption.check();
        DeploymentId deployment =
            deploy(wish, plan, work, interruption); // 7 COMMIT POINT: the update's.
        claim.settle(); // 8 crash: the disk boots.
        interruption.lastResort(work::clear);
        return deployment;
      } catch (RuntimeException failure) {
        leaveUnfinished(target);
        interruption.check(); // of which the failure is then only a part
        throw failure;
      }
    }
  }

  private static String inWords(TargetDisk target, String contents) {
    Optional<String> model =
        target instanceof TargetDisk.Device disk ? disk.device().model() : Optional.empty();
    return "%s, %s%s, %s"
        .formatted(
            target.path(), target.size(), model.map(name -> " " + name).orElse(""), contents);
  }

  /** What the disk held must not be found beside what it will hold. */
  private static void wipe(TargetDisk target) {
    if (!(target instanceof TargetDisk.NewFile)) {
      ExternalCommand.of("wipefs", "--all", "--force", "--quiet", target.path()).run();
    }
  }

  private DeploymentId deploy(
      Wish wish, PartitionPlan plan, WorkDirectory work, InstallSignals interruption) {
    try (PartitionDevice part = plan.attachSystem();
        SystemMount mount = SystemMount.of(part, work.mountPoint())) {
      DeploymentLayout layout = new DeploymentLayout(mount.directory());
      Machine machine =
          new Machine(
              RealPorts.of(layout, podman),
              layout,
              Optional.empty(),
              interruption.heededBy(progress));
      new Initialization(machine).run();
      wish.source().ifPresent(new SourceChange(machine)::to);
      return new Update(machine).run(wish.image()).deployment();
    }
  }

  private void leaveUnfinished(TargetDisk target) {
    switch (target) {
      case TargetDisk.NewFile file -> {
        remove(file.path());
        progress.notes("%s is removed again.".formatted(file.path()));
      }
      case TargetDisk.ExistingFile _, TargetDisk.Device _ ->
          progress.notes(
              "%s boots nothing now, and what it held is lost: install again."
                  .formatted(target.path()));
    }
  }

  /** The process is about to end, whatever is still mounted. */
  private void giveUp(TargetDisk target, WorkDirectory work) {
    work.clear();
    leaveUnfinished(target);
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file, e);
    }
  }
}
