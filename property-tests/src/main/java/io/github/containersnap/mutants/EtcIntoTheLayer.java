package io.github.containersnap.mutants;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.SealedRoot;
import java.nio.file.Path;
import java.util.Optional;

/** The running /etc is copied into the image's layer in the store, and so into the image's /etc. */
final class EtcIntoTheLayer extends BtrfsDecorator {
  private final Machine machine;

  EtcIntoTheLayer(Machine machine) {
    super(machine.ports().btrfs());
    this.machine = machine;
  }

  @Override
  public void snapshot(Path source, Path target) {
    Optional<DeploymentId> current = machine.current();
    if (source.startsWith(machine.layout().store()) && current.isPresent()) {
      SealedRoot running = machine.deployments().root(current.get());
      machine.ports().files().copyTree(running.etc(), source.resolve("etc"));
    }
    super.snapshot(source, target);
  }
}
