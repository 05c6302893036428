package io.github.containersnap.harness.world.vm;

import io.github.containersnap.adapter.bootloader.KernelCommandLine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.loopback.RealBoot;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.machine.BootOutcome;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the power button of a virtual machine to a running system: UEFI, GRUB, a kernel, the init of
 * startable images. What came up is what that says of itself on the console.
 *
 * @param engine runs the machines
 */
record VirtualMachineFirmware(ContainerEngine engine) implements RealBoot {
  /** Emulated, and perhaps beside other work. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final Set<BootOutcome.Sign> BOOT_LOADER_ENDED =
      Set.of(BootOutcome.NOTHING_TO_START, BootOutcome.UNREADABLE_FILE);

  private static final Pattern ROOT = said("root (\\S+)");
  private static final Pattern INITRD = said("initrd (\\S+)");
  private static final Pattern APPLICATION = said("application (\\S+)");
  private static final Pattern TOLD = said("told (.*)");
  private static final Pattern KERNEL = Pattern.compile("BOOT_IMAGE=(\\S+)");
  private static final Pattern PANIC = Pattern.compile("(?m)Kernel panic - not syncing.*$");

  private static Pattern said(String what) {
    return Pattern.compile("(?m)^history: " + what + "$");
  }

  @Override
  public FirmwareModel.Attempt start(SystemDisk disk) {
    String countedBefore = disk.bootLoaderEnvironment();
    BootOutcome outcome;
    String console;
    try (VirtualMachine machine =
        VirtualMachine.start(
            engine,
            MachinePlan.booting(new MachineDisk.Written(disk.image()))
                .limitedTo(LIMIT.plusMinutes(1)))) {
      outcome = BootOutcome.of(machine, LIMIT);
      machine.cutPower();
      console = machine.console().text();
    }
    return attempt(outcome, console, !disk.bootLoaderEnvironment().equals(countedBefore));
  }

  /** What a console says that became of a boot. */
  static FirmwareModel.Attempt attempt(BootOutcome outcome, String console, boolean counted) {
    Optional<String> panic = found(PANIC, console, 0);
    if (panic.isPresent()) {
      return new FirmwareModel.Attempt.Panicked(panic.get(), counted);
    }
    Optional<String> root = found(ROOT, console, 1);
    if (root.isEmpty()) {
      if (outcome instanceof BootOutcome.Failed failed
          && failed.sign().filter(BOOT_LOADER_ENDED::contains).isPresent()) {
        return new FirmwareModel.Attempt.Stuck(failed.why());
      }
      throw new IllegalStateException("it cannot be told what the machine started: " + outcome);
    }
    String name = root.get().substring(root.get().lastIndexOf('/') + 1);
    DeploymentId id =
        DeploymentId.read(name)
            .orElseThrow(() -> new IllegalStateException("a root at " + root.get()));
    return mixed(id, console)
        .<FirmwareModel.Attempt>map(why -> new FirmwareModel.Attempt.Mixed(why, counted))
        .orElseGet(
            () ->
                new FirmwareModel.Attempt.Up(
                    id,
                    found(TOLD, console, 1)
                        .flatMap(told -> new KernelCommandLine(told).insteadOf()),
                    completed(outcome),
                    counted));
  }

  /** A system that started, and of which no more was seen, is neither. */
  private static boolean completed(BootOutcome outcome) {
    return switch (outcome) {
      case BootOutcome.Up _ -> true;
      case BootOutcome.Failed failed
          when failed.sign().equals(Optional.of(BootOutcome.STEP_FAILED)) ->
          false;
      case BootOutcome.Failed _, BootOutcome.TimedOut _ ->
          throw new IllegalStateException(
              "it cannot be told whether the boot completed: " + outcome);
    };
  }

  /** Whether kernel, initrd and root are of one image (P10). */
  private static Optional<String> mixed(DeploymentId id, String console) {
    HistoryImage.Specification image = HistoryImage.of(id.image()).specification();
    String kernel = found(TOLD, console, 1).flatMap(told -> found(KERNEL, told, 1)).orElse("?");
    String initrd = found(INITRD, console, 1).orElse("?");
    String application = found(APPLICATION, console, 1).orElse("?");
    String whole = "%d.%d".formatted(image.base(), image.version());
    boolean same =
        kernel.startsWith("/" + DeploymentLayout.fromTopLevel(id) + "/")
            && initrd.equals(String.valueOf(image.base()))
            && application.equals(whole);
    return same
        ? Optional.empty()
        : Optional.of(
            "%s, of image %s, runs with the kernel %s, the initrd of base %s and application %s"
                .formatted(id.shortForm(), whole, kernel, initrd, application));
  }

  private static Optional<String> found(Pattern pattern, String text, int group) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(group).strip()) : Optional.empty();
  }
}
