package io.github.containersnap.gate.cases;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.HostCapabilities;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.UnfitMachineException;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.terminal.ConsoleSession;
import io.github.containersnap.gate.terminal.Terminal;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.cache.ImageCache;
import io.github.containersnap.vm.machine.BootOutcome;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A case, brought back for as long as somebody looks at it. */
public final class Reproduction {
  private static final int SCRATCH_DISKS = 8;
  private static final long POLL_MILLISECONDS = 200;
  private static final Duration LONGEST_SESSION = Duration.ofHours(8);
  private static final Duration LONGEST_BOOT = Duration.ofMinutes(8);

  private final CaseOptions options;
  private final GateContext surroundings;

  /** A reproduction of the case that the options name. */
  public Reproduction(CaseOptions options, GateContext surroundings) {
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
    HostCapabilities.thisMachine().requireFit();
    surroundings.sweep();
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

  /** Explains which writes were lost, and what the blocks they would have changed hold. */
  public ExitStatus explain() throws IOException, InterruptedException {
    return with(
        (disk, workspace) -> {
          SystemDisk crashed = rebuild(disk);
          explanation(disk, workspace).print(crashed);
          return ExitStatus.HOLDS;
        });
  }

  private CaseExplanation explanation(CaseDisk disk, Workspace workspace) {
    return new CaseExplanation(
        disk,
        options.updaterOf(disk.file()),
        workspace,
        surroundings.out(),
        surroundings.console().columns());
  }

  /**
   * Writes the state's disk to a new file.
   *
   * @throws UnusableInputException if {@code target} exists
   */
  public ExitStatus write(Path target) throws IOException, InterruptedException {
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

  /**
   * Mounts the state's disk on a directory, until the user ends it.
   *
   * @throws UnusableInputException if the directory is not empty
   */
  public ExitStatus mount(Path directory) throws IOException, InterruptedException {
    OutputDirectory target = new OutputDirectory("--mount", directory);
    target.requireWritable();
    target.requireEmpty();
    return with(
        (disk, workspace) -> {
          SystemDisk crashed = outsideOfScratch(rebuild(disk), workspace);
          explanation(disk, workspace).printCase();
          surroundings.out().flush();
          try (LoopDevice loop = crashed.attachSystem();
              CallerMount mount = CallerMount.of(crashed.filesystem(), loop.device(), directory)) {
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

  /** A process that holds the mount for longer then holds this one file, not the scratch space. */
  private static SystemDisk outsideOfScratch(SystemDisk disk, Workspace workspace) {
    Path copy = workspace.file("case.img");
    ExternalCommand.of("cp", "--sparse=always", "--", disk.image(), copy).run();
    return disk.at(copy);
  }

  /** Mounts the state's disk and starts a shell in it. */
  public ExitStatus shell() throws IOException, InterruptedException {
    String shell = Optional.ofNullable(System.getenv("SHELL")).orElse("/bin/sh");
    return with(
        (disk, workspace) -> {
          SystemDisk crashed = rebuild(disk);
          explanation(disk, workspace).printCase();
          surroundings.out().flush();
          try (LoopDevice loop = crashed.attachSystem();
              Mount mount =
                  Mount.of(
                      crashed.filesystem(),
                      loop.device(),
                      workspace.file("case"),
                      crashed.filesystem().mountOptions())) {
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

  /**
   * Boots the disk in a virtual machine, from an overlay: the disk of the case stays as it is. On a
   * terminal its console is there to be used; elsewhere what it shows is printed until the system
   * has come up or given up.
   *
   * @param debugger whether the machine waits for gdb before its first instruction
   * @return {@link ExitStatus#VIOLATED} if nobody was there to use it and it did not come up
   */
  public ExitStatus boot(boolean debugger) throws IOException, InterruptedException {
    return with(
        (disk, workspace) -> {
          SystemDisk crashed = rebuild(disk);
          explanation(disk, workspace).printCase();
          surroundings.out().flush();
          Path store = new QemuImage(ImageCache.ofThisUser(), surroundings.console()::part).store();
          MachinePlan plan =
              MachinePlan.booting(new MachineDisk.Overlaid(crashed.image()))
                  .limitedTo(LONGEST_SESSION);
          try (ContainerEngine engine = ContainerEngine.open(workspace, store);
              VirtualMachine machine =
                  VirtualMachine.start(engine, debugger ? plan.withDebugger() : plan)) {
            if (debugger) {
              surroundings.console().explain("The machine waits for a debugger:");
              // In one line, however long: it is to be copied.
              surroundings.out().printf("gdb -ex 'target remote %s'%n", machine.debuggerSocket());
              surroundings.out().flush();
            }
            return Terminal.isStandardInput() ? session(machine) : watch(machine);
          }
        });
  }

  private ExitStatus session(VirtualMachine machine) throws IOException {
    surroundings.console().explain("The machine's console; Ctrl-] ends it.");
    new ConsoleSession(machine, surroundings.out(), surroundings.interruption()).run(System.in);
    surroundings.out().println();
    return ExitStatus.HOLDS;
  }

  private ExitStatus watch(VirtualMachine machine) {
    BootOutcome outcome = BootOutcome.of(machine, LONGEST_BOOT);
    surroundings.out().println(machine.console().text());
    surroundings.out().flush();
    return switch (outcome) {
      case BootOutcome.Up up -> {
        surroundings
            .console()
            .explain("It came up: %s, after %d s.".formatted(up.proof(), up.took().toSeconds()));
        yield ExitStatus.HOLDS;
      }
      case BootOutcome.Failed failed -> {
        surroundings.console().explain("It did not come up: %s.".formatted(failed.why()));
        yield ExitStatus.VIOLATED;
      }
      case BootOutcome.TimedOut late -> {
        surroundings.console().explain("It did not come up: %s.".formatted(late.why()));
        yield ExitStatus.CANNOT_TELL;
      }
    };
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
