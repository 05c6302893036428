package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import java.nio.file.Path;

/** A new deployment stays writable. */
public final class NotSealed extends BtrfsDecorator {
  private final Path deployments;

  /** The port of {@code machine} with this fault. */
  public NotSealed(Machine machine) {
    super(machine.ports().btrfs());
    this.deployments = machine.layout().deployments();
  }

  @Override
  public void setReadOnly(Path subvolume, boolean readOnly) {
    boolean draft =
        deployments.equals(subvolume.getParent())
            && DeploymentId.read(String.valueOf(subvolume.getFileName())).isEmpty();
    if (!(readOnly && draft)) {
      super.setReadOnly(subvolume, readOnly);
    }
  }
}
