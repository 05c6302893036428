package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.MenuPlacement;
import java.nio.file.Path;

/**
 * The boot menu is truncated and written to. A person's editor and many a script do that, and take
 * their time between the two: the filesystem is committed in the middle.
 */
public final class MenuInPlace extends MenuPlacement {
  /** The port of {@code machine} with this fault. */
  public MenuInPlace(Machine machine) {
    super(machine);
  }

  @Override
  public void put(String text, Path inForce) {
    SystemFiles files = machine().ports().files();
    files.deleteTree(inForce);
    files.write(inForce, "");
    machine().ports().btrfs().commit(machine().layout().boot());
    files.fill(inForce, text);
  }
}
