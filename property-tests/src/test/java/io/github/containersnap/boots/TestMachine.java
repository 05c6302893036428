package io.github.containersnap.boots;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Boot;
import io.github.containersnap.engine.Progress;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.images.OciImage;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;

/** A machine's disk, and what can be done with it while it is off: updated, blessed, looked at. */
final class TestMachine {
  private static final Duration LIMIT = Duration.ofMinutes(8);

  private final BootBench bench;
  private final SystemDisk disk;

  TestMachine(BootBench bench, SystemDisk disk) {
    this.bench = bench;
    this.disk = disk;
  }

  SystemDisk disk() {
    return disk;
  }

  /** Another machine whose disk is a copy of this one's as it is now. */
  TestMachine twin() {
    return new TestMachine(bench, bench.copyOf(disk));
  }

  /** Updates it, by the command line with {@code --root}. */
  void update(OciImage image) {
    BootBench.succeeds(
        bench.on(disk, top -> bench.updater().update(top, image.reference(), Progress.NONE)));
  }

  /** The command line's {@code bless}, told what the guest's kernel was told. */
  Updater.Result bless(Boot boot) {
    Updater.Result result = bench.on(disk, top -> bench.updater().bless(top, boot));
    BootBench.succeeds(result);
    return result;
  }

  String status(Boot boot) {
    return bench.on(disk, top -> bench.updater().status(top, boot)).output();
  }

  /** Switches it on. */
  VirtualMachine start() {
    return VirtualMachine.start(
        bench.engine(),
        MachinePlan.booting(new MachineDisk.Written(disk.image()))
            .withProcessors(2)
            .limitedTo(LIMIT));
  }

  /** What GRUB has counted: the grubenv of the EFI system partition. */
  String countedByGrub() {
    return ExternalCommand.of(
            "mtype", "-i", disk.image() + "@@" + disk.espOffset(), "::/EFI/BOOT/grubenv")
        .withEnvironment("MTOOLS_SKIP_CHECK", "1")
        .run()
        .text()
        .replaceAll("#+$", "");
  }
}
