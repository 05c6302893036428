package io.github.containersnap.gate;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** A case, brought back for as long as somebody looks at it. */
final class Reproduction {
  private static final int SCRATCH_DISKS = 8;
  private static final long POLL_MILLISECONDS = 200;

  private final CaseOptions options;
  private final Surroundings surroundings;

  Reproduction(CaseOptions options, Surroundings surroundings) {
    this.options = options;
    this.surroundings = surroundings;
  }

  /** What is done with a case that has been brought back. */
  @FunctionalInterface
  interface Work {
    ExitStatus on(CaseDisk disk, Workspace workspace) throws IOException, InterruptedException;
  }

  /** Brings the base and the log of the case back, and takes all away when the work is done. */
  ExitStatus with(Work work) throws IOException, InterruptedException {
    CaseFile file = new CaseReader(options.caseFile()).read();
    options.requireRightUpdater(file);
    Host.thisMachine().requireFit();
    Workspace.sweep(Surroundings.runs());
    try (Workspace workspace = surroundings.openWorkspace()) {
      try (ScratchSpace scratch =
          ScratchSpace.create(workspace, SCRATCH_DISKS * file.disk().bytes())) {
        surroundings.console().part("bringing back the disk before the update, and the log …");
        return work.on(CaseDisk.find(file, options.caseFile(), options.from(), scratch), workspace);
      }
    }
  }

  private SystemDisk rebuild(CaseDisk disk) {
    surroundings.interruption().check();
    surroundings.console().part("making the disk of %s …".formatted(disk.file().address()));
    return disk.rebuild();
  }

  ExitStatus explain() throws IOException, InterruptedException {
    return with(
        (disk, workspace) -> {
          SystemDisk crashed = rebuild(disk);
          explanation(disk, workspace).print(crashed);
          return ExitStatus.HOLDS;
        });
  }

  private Explanation explanation(CaseDisk disk, Workspace workspace) {
    return new Explanation(
        disk,
        options.updaterOf(disk.file()),
        workspace,
        surroundings.out(),
        surroundings.console().columns());
  }

  ExitStatus write(Path target) throws IOException, InterruptedException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new UnusableInputException(
          "--disk %s exists already; name a new file.".formatted(target));
    }
    return with(
        (disk, workspace) -> {
          SystemDisk crashed = rebuild(disk);
          ExternalCommand.of("cp", "--sparse=always", "--", crashed.image(), target).run();
          explanation(disk, workspace).printCase();
          surroundings
              .out()
              .printf(
                  "%nThe disk is in %s. Its btrfs begins at byte %d:%n  mount -o"
                      + " loop,offset=%d,subvolid=5 %s /mnt%n",
                  target, crashed.systemOffset(), crashed.systemOffset(), target);
          return ExitStatus.HOLDS;
        });
  }

  ExitStatus mount(Path directory) throws IOException, InterruptedException {
    OutputDirectory target = new OutputDirectory("--mount", directory);
    target.requireWritable();
    target.requireEmpty();
    return with(
        (disk, workspace) -> {
          SystemDisk crashed = outsideOfScratch(rebuild(disk), workspace);
          explanation(disk, workspace).printCase();
          surroundings.out().flush();
          try (LoopDevice loop = crashed.attachSystem();
              CallersMount mount = CallersMount.of(loop.device(), directory)) {
            surroundings
                .console()
                .explain("Mounted on %s. Press Enter to unmount it and end.".formatted(directory));
            awaitEnter();
          } catch (IllegalStateException held) {
            throw new UnfitMachineException(
                "unmounted from %s, but somebody still has a copy of that mount (a container that was started meanwhile, perhaps): %s"
                    .formatted(directory, held.getMessage()));
          }
          return ExitStatus.HOLDS;
        });
  }

  /**
   * Whoever holds the mount for longer than this then holds this one file, not the scratch space.
   */
  private static SystemDisk outsideOfScratch(SystemDisk disk, Workspace workspace) {
    Path copy = workspace.file("case.img");
    ExternalCommand.of("cp", "--sparse=always", "--", disk.image(), copy).run();
    return disk.at(copy);
  }

  ExitStatus shell() throws IOException, InterruptedException {
    String shell = Optional.ofNullable(System.getenv("SHELL")).orElse("/bin/sh");
    return with(
        (disk, workspace) -> {
          SystemDisk crashed = rebuild(disk);
          explanation(disk, workspace).printCase();
          surroundings.out().flush();
          try (LoopDevice loop = crashed.attachSystem();
              Mount mount = Mount.of(loop.device(), workspace.file("case"), "subvolid=5,noatime")) {
            surroundings
                .console()
                .explain(
                    "A shell in the mounted btrfs; $CASE_DEVICE is its device. Leave it with"
                        + " exit.");
            runShell(shell, mount.directory(), loop.device());
          }
          return ExitStatus.HOLDS;
        });
  }

  /** Where standard input is nobody, only a signal ends it. */
  private void awaitEnter() throws IOException, InterruptedException {
    while (System.in.available() == 0) {
      Thread.sleep(POLL_MILLISECONDS);
      surroundings.interruption().check();
    }
  }

  private static void runShell(String shell, Path directory, Path device)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(shell).inheritIO().directory(directory.toFile());
    builder.environment().put("CASE_DEVICE", device.toString());
    int _ = builder.start().waitFor();
  }
}
