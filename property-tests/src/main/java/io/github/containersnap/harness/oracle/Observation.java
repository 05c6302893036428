package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.property.GradedBoot;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What was seen of a class of crash states.
 *
 * @param loader what the boot loader sees before any mount ({@link QuickView})
 * @param kernel what the kernel sees after a mount, before recovery
 * @param side which system the machine boots, if it boots one of the two
 * @param afterwards which one it boots from then on; another one only where GRUB goes by a newer
 *     copy of the superblock than the kernel (docs/decisions/0012)
 * @param subvolumes all subvolumes, as the kernel sees them before recovery
 * @param violations what does not hold
 * @param ifReported what does not hold besides if success had been reported
 * @param graded how whole the system is; only of other updaters
 */
public record Observation(
    Optional<String> loader,
    Optional<String> kernel,
    Optional<Side> side,
    Optional<Side> afterwards,
    SortedSet<String> subvolumes,
    List<Violation> violations,
    List<Violation> ifReported,
    Optional<GradedBoot> graded) {

  /** An observation without a grade. */
  public Observation(
      Optional<String> loader,
      Optional<String> kernel,
      Optional<Side> side,
      Optional<Side> afterwards,
      SortedSet<String> subvolumes,
      List<Violation> violations,
      List<Violation> ifReported) {
    this(loader, kernel, side, afterwards, subvolumes, violations, ifReported, Optional.empty());
  }

  /** The same, once an administrator's repairs were tried. */
  public Observation repaired(SortedMap<String, Grade> repaired) {
    return new Observation(
        loader,
        kernel,
        side,
        afterwards,
        subvolumes,
        violations,
        ifReported,
        graded.map(it -> new GradedBoot(it.atPowerOn(), it.settled(), repaired)));
  }

  /** Whether what boots before anything is repaired is graded, and is neither system. */
  public boolean bootsNeither() {
    return graded.filter(it -> it.atPowerOn().side().isEmpty()).isPresent();
  }

  /** What a boot can depend on. */
  public BootView bootView() {
    return new BootView(side, loader, kernel, subvolumes);
  }

  /** Whether the machine boots one system once and the other from then on. */
  public boolean bootsOnce() {
    return !side.equals(afterwards);
  }
}
