package io.github.containersnap.harness.boots;

import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.images.PlainDebianHost;
import io.github.containersnap.vm.images.build.HostPackage;

/** Makes machines that run a Debian from an ordinary subvolume. */
final class PlainDebianBench {
  private static final long DISK_BYTES = 4L << 30;

  private final MachineRoom room;
  private final PlainDebianHost host;
  private final CommandLineUpdater updater;

  private PlainDebianBench(MachineRoom room) {
    this.room = room;
    host = new PlainDebianHost(room.cache(), _ -> {}, HostPackage.ofThisBuild());
    updater = new CommandLineUpdater(room.workspace().file("plain-runtime"), Mutants.NONE);
  }

  /** Gives all test classes the same bench. */
  static final class Shared extends SharedParameter<PlainDebianBench> {
    Shared() {
      super(PlainDebianBench.class, context -> new PlainDebianBench(MachineRoom.of(context)));
    }
  }

  MachineRoom room() {
    return room;
  }

  /** A machine as Debian's installer leaves it. */
  TestMachine machine() {
    return machine(PlainDebianDisk.make(room, host, DISK_BYTES));
  }

  /** A machine with this disk. */
  TestMachine machine(SystemDisk disk) {
    return new TestMachine(room, updater, disk, HostBench::plan);
  }
}
