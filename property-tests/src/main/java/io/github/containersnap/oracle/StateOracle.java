package io.github.containersnap.oracle;

import java.nio.file.Path;

/** Judges crash states, one at a time; the state itself stays as it is. */
sealed interface StateOracle permits CrashOracle, RootOracle, TransitionOracle {
  /** What both beholders make of it at first sight. */
  FirstSight glance(Path state);

  /** Everything: the boot, the trees, the filesystem, recovery, the update again. */
  Observation examine(Path state);
}
