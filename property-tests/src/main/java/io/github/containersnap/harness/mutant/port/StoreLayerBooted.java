package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.mutant.decorator.MenuPlacement;
import io.github.containersnap.harness.mutant.decorator.StoredLayers;
import java.nio.file.Path;
import java.util.Optional;

/** The default's entry boots the image's layer in podman's store, and no snapshot of it. */
public final class StoreLayerBooted extends MenuPlacement {
  private Optional<DeploymentId> wanted = Optional.empty();

  /** The port of {@code machine} with this fault. */
  public StoreLayerBooted(Machine machine) {
    super(machine);
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    wanted = Optional.of(menu.byDefault().deployment());
    super.replaceMenu(menu);
  }

  @Override
  public void put(String text, Path inForce) {
    DeploymentId id = wanted.orElseThrow();
    DeploymentLayout layout = machine().layout();
    String layer =
        layout
            .system()
            .relativize(new StoredLayers(machine().ports().files(), layout).top(id.image()))
            .toString();
    putWhole(text.replace(DeploymentLayout.fromTopLevel(id), layer), inForce);
  }
}
