package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.testkit.FailingPorts;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TinyImage;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * What an update from the first to the second version does and leaves when nothing disturbs it.
 *
 * @param calls the port calls, in order
 * @param tree what the new deployment holds
 * @param subvolumes all subvolumes afterwards
 */
record UndisturbedUpdate(List<String> calls, DeploymentTree tree, SortedSet<String> subvolumes) {

  /** Gives all test classes the same, made when the first asks. */
  static final class Shared extends SharedParameter<UndisturbedUpdate> {
    Shared() {
      super(UndisturbedUpdate.class, context -> of(new TestDisks.Shared().shared(context)));
    }
  }

  private static UndisturbedUpdate of(TestDisks disks) throws IOException {
    List<UndisturbedUpdate> made = new ArrayList<>();
    disks.onInstalled(
        machine -> {
          FailingPorts ports = FailingPorts.where(_ -> false);
          CommandLineRun result =
              CommandLineRun.onRoot(
                  machine.top(),
                  ports.access(disks.podman()),
                  "update",
                  disks.second().reference());
          assertThat(result.exit()).as(result.error()).isZero();
          made.add(
              new UndisturbedUpdate(
                  ports.calls(),
                  tree(machine, disks.second()),
                  MountedSystem.subvolumes(machine.top())));
        });
    return made.getFirst();
  }

  /** What the deployment of an image holds. */
  static DeploymentTree tree(MachineOnDisk machine, TinyImage image) {
    return DeploymentTree.read(machine.top(), image.deployment());
  }
}
