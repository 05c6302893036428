package io.github.containersnap.mutants;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Machine;
import java.nio.file.Path;

/** A new deployment stays writable. */
final class NotSealed extends BtrfsDecorator {
  private final Path deployments;

  NotSealed(Machine machine) {
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
