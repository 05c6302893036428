package io.github.containersnap.vm.images;

import java.util.Locale;

/**
 * What is wrong with a successor of the small pair. Each passes all that an update looks at, and
 * each ends in a machine that does not come up: the recipe {@code small-broken} says how.
 */
public enum BrokenSuccessor {
  /** Its init ends at once, which makes the kernel panic. */
  DYING_INIT,
  /** Its initrd looks for a root that is not there. */
  WRONG_ROOT,
  /** Its initrd holds no kernel modules, so neither disk nor filesystem is found. */
  INITRD_WITHOUT_MODULES,
  /** Its initrd is cut off in the middle. */
  TRUNCATED_INITRD,
  /** A step that its boot must have taken fails. */
  FAILING_STEP,
  /** It comes up nearly, and panics after 20 seconds. */
  LATE_PANIC;

  /** As the recipe names it. */
  String fault() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
