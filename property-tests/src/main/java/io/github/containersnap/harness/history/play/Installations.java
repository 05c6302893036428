package io.github.containersnap.harness.history.play;

import io.github.containersnap.harness.history.Reference.Known;
import io.github.containersnap.harness.world.SimulatedImage.Specification;
import io.github.containersnap.harness.world.World;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Installing with the shipped engine always ends the same: it need not be done every time. */
public final class Installations {
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
