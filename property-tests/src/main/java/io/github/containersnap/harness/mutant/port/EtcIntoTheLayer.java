package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import java.nio.file.Path;
import java.util.Optional;

/** The running /etc is copied into the image's layer in the store, and so into the image's /etc. */
public final class EtcIntoTheLayer extends BtrfsDecorator {
  private final Machine machine;

  /** The port of {@code machine} with this fault. */
  public EtcIntoTheLayer(Machine machine) {
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
