package io.github.containersnap.oracle;

import io.github.containersnap.properties.Side;
import io.github.containersnap.properties.Violation;
import java.util.List;
import java.util.Optional;

/**
 * What was seen of a class of crash states.
 *
 * @param loader what the boot loader sees before any mount ({@link FirstSight})
 * @param kernel what the kernel sees after a mount, before recovery
 * @param side which system the machine boots, if it boots one of the two
 * @param afterwards which one it boots from then on; another one only where GRUB goes by a newer
 *     copy of the superblock than the kernel (docs/decisions/0012)
 * @param violations what does not hold
 */
record Observation(
    Optional<String> loader,
    Optional<String> kernel,
    Optional<Side> side,
    Optional<Side> afterwards,
    List<Violation> violations) {

  /** Whether the machine boots one system once and the other from then on. */
  boolean bootsOnce() {
    return !side.equals(afterwards);
  }
}
