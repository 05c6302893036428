package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.machine.MachinePlan;
import java.time.Duration;

/**
 * A disk with the old image of the small pair and its owner's changes, made once for all tests, of
 * which machines boot copies.
 */
final class BootBench {
  private static final long DISK_BYTES = 1L << 30;

  /** Four boots of a trial, on a machine that is busy with other things. */
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final MachineRoom room;
  private final SmallPair images;
  private final SystemDisk base;
  private final CommandLineUpdater updater;

  private BootBench(MachineRoom room) {
    this.room = room;
    images = new SmallPair(room.cache(), _ -> {});
    updater = new CommandLineUpdater(room.workspace().file("runtime"), Mutants.NONE);
    base = room.installed(updater, old(), DISK_BYTES);
  }

  static void succeeds(Updater.Result result) {
    assertThat(result.exitCode()).as(result.error()).isZero();
  }

  /** Gives all test classes the same bench, which is closed after the last. */
  static final class Shared extends SharedParameter<BootBench> {
    Shared() {
      super(BootBench.class, context -> new BootBench(MachineRoom.of(context)));
    }
  }

  ImageInLayout old() {
    return images.make().oldImage();
  }

  ImageInLayout good() {
    return images.make().newImage();
  }

  SmallPair images() {
    return images;
  }

  /** The pristine deployment of an image. */
  static DeploymentId id(ImageInLayout image) {
    return new DeploymentId(new ImageId(ConfigurationDigest.idOf(image)), 0);
  }

  /** A machine with a disk of its own, on which the old system is installed. */
  TestMachine machine() {
    return new TestMachine(
        room, updater, room.copyOf(base), disk -> MachinePlan.booting(disk).limitedTo(LIMIT));
  }
}
