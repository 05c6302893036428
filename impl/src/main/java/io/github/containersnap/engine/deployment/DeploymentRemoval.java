package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.Ports;
import java.nio.file.Path;
import java.util.List;

/**
 * Removes deployments and what interrupted work has left of them.
 *
 * <p>A deployment is first renamed, in one step, and then removed piece by piece: a crash leaves it
 * whole, or on its way out for {@code Recovery} to remove.
 */
public final class DeploymentRemoval {
  private final Ports ports;
  private final DeploymentLayout layout;

  /** Removes from the machine whose layout is {@code layout}. */
  public DeploymentRemoval(Ports ports, DeploymentLayout layout) {
    this.ports = ports;
    this.layout = layout;
  }

  /** Removes a deployment that the boot menu does not name. */
  public void remove(DeploymentId id) {
    discard(id);
    removeDiscarded(id);
  }

  /** Removes a deployment that is on its way out. */
  public void removeDiscarded(DeploymentId id) {
    Path discarded = layout.discarded(id);
    removeLeftover(discarded);
    new EtcOrigins(ports, layout).removeAll(id);
  }

  /** Marks a deployment as being on its way out, in one step. */
  public void discard(DeploymentId id) {
    ports.files().rename(layout.deployment(id), layout.discarded(id));
  }

  /** Takes {@link #discard} back. */
  public void restore(DeploymentId id) {
    if (!ports.files().exists(layout.deployment(id))) {
      ports.files().rename(layout.discarded(id), layout.deployment(id));
    }
  }

  /** Removes what is left of a draft or a discarded deployment; may itself be interrupted. */
  public void removeLeftover(Path leftover) {
    if (!ports.btrfs().isSubvolume(leftover)) {
      ports.files().deleteTree(leftover);
      return;
    }
    removeSubvolume(leftover);
  }

  /** With its /etc, and with whatever subvolumes work in it has made: systemd makes some. */
  private void removeSubvolume(Path subvolume) {
    ports.btrfs().setReadOnly(subvolume, false);
    ports.btrfs().nested(subvolume).forEach(this::removeSubvolume);
    ports.btrfs().deleteSubvolume(subvolume);
  }

  /** What drafts and discarded deployments there are. */
  public List<Path> leftovers() {
    return ports.files().names(layout.deployments()).stream()
        .filter(
            name ->
                name.startsWith(DeploymentLayout.DRAFT_PREFIX)
                    || name.startsWith(DeploymentLayout.DISCARD_PREFIX))
        .map(layout.deployments()::resolve)
        .toList();
  }
}
