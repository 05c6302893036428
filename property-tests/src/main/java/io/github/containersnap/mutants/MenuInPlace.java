package io.github.containersnap.mutants;

import io.github.containersnap.engine.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The boot menu is truncated and written to. A person's editor and many a script do that, and take
 * their time between the two: the filesystem is committed in the middle.
 */
final class MenuInPlace extends MenuPlacement {
  MenuInPlace(Machine machine) {
    super(machine);
  }

  @Override
  void put(Path written, Path inForce) throws IOException {
    byte[] text = Files.readAllBytes(written);
    Files.write(inForce, new byte[0]);
    machine().ports().btrfs().commit(machine().layout().boot());
    Files.write(inForce, text);
    Files.delete(written);
  }
}
