package io.github.containersnap.harness.history.play;

import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.World;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Installing with the shipped engine always ends the same: it need not be done every time. */
public final class InstalledMachines {
  /** A machine that has just been installed, and what is known of it. */
  record Installed(World world, Known known) {}

  private final Map<Specification, Installed> done = new ConcurrentHashMap<>();

  Optional<Installed> of(Specification image) {
    return Optional.ofNullable(done.get(image));
  }

  void note(Specification image, Installed installed) {
    done.put(image, installed);
  }
}
