package io.github.containersnap.mutants;

import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.Machine;
import java.nio.file.Path;
import java.util.Optional;

/** The default's entry boots the image's layer in podman's store, and no snapshot of it. */
final class StoreLayerBooted extends MenuPlacement {
  private Optional<DeploymentId> wanted = Optional.empty();

  StoreLayerBooted(Machine machine) {
    super(machine);
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    wanted = Optional.of(menu.byDefault().deployment());
    super.replaceMenu(menu);
  }

  @Override
  void put(String text, Path inForce) {
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
