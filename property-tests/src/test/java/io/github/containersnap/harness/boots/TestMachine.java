package io.github.containersnap.harness.boots;

import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.nio.file.Path;
import java.util.function.Function;

/** A machine's disk, and what can be done with it while it is off: updated, blessed, looked at. */
final class TestMachine {
  private final MachineRoom room;
  private final CommandLineUpdater updater;
  private final SystemDisk disk;
  private final Function<MachineDisk, MachinePlan> plan;

  /**
   * A machine.
   *
   * @param updater works on its disk from outside
   * @param plan what it has beside its disk
   */
  TestMachine(
      MachineRoom room,
      CommandLineUpdater updater,
      SystemDisk disk,
      Function<MachineDisk, MachinePlan> plan) {
    this.room = room;
    this.updater = updater;
    this.disk = disk;
    this.plan = plan;
  }

  SystemDisk disk() {
    return disk;
  }

  /** Another machine whose disk is a copy of this one's as it is now. */
  TestMachine twin() {
    return new TestMachine(room, updater, room.copyOf(disk), plan);
  }

  /** Updates it, by the command line with {@code --root}. */
  void update(ImageInLayout image) {
    BootBench.succeeds(room.on(disk, top -> updater.update(top, image.reference(), Progress.NONE)));
  }

  /** The command line's {@code bless}, told what the guest's kernel was told. */
  Updater.Result bless(BootedDeployment boot) {
    Updater.Result result = room.on(disk, top -> updater.bless(top, boot));
    BootBench.succeeds(result);
    return result;
  }

  String status(BootedDeployment boot) {
    return room.on(disk, top -> updater.status(top, boot)).output();
  }

  /** Switches it on. */
  VirtualMachine start() {
    return VirtualMachine.start(room.engine(), plan.apply(new MachineDisk.Written(disk.image())));
  }

  /** Goes on where a machine with an equal disk was suspended. */
  VirtualMachine resume(Path state) {
    return VirtualMachine.start(
        room.engine(), plan.apply(new MachineDisk.Written(disk.image())).resuming(state));
  }

  /** What GRUB has counted: the grubenv of the EFI system partition. */
  String countedByGrub() {
    return disk.bootLoaderEnvironment();
  }
}
