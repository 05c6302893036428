package io.github.containersnap.histories;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Standing;
import io.github.containersnap.histories.Reference.Deployed;
import io.github.containersnap.histories.Reference.Known;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Where the playing of a history has come to: the machine, and all that is known of it. */
final class Situation {
  final World world;
  final Observer observer;
  final Tale tale;
  Known known;
  int faults;

  /** How many crash states were looked at that a recorded disk could have been left in. */
  int crashStates;

  boolean storeMayBeDamaged;

  /** Whether the present boot was completed. */
  boolean complete;

  /** The default that the boot loader gave up on in the present boot. */
  Optional<DeploymentId> gaveUpOn = Optional.empty();

  /** The trial that the default is on, and how often it was booted. */
  Optional<Standing> trial = Optional.empty();

  int boots;

  /** All ids with a work number that were ever given to somebody. */
  final Set<DeploymentId> numbered = new HashSet<>();

  /** What updates have pruned: a power cut can bring it back, since that waits for no commit. */
  final Map<DeploymentId, Deployed> pruned = new TreeMap<>();

  Situation(World world, Known known, Tale tale) {
    this.world = world;
    this.observer = new Observer(world);
    this.known = known;
    this.tale = tale;
  }

  /** The same with another machine, which goes its own way from here on. */
  Situation on(World other) {
    Situation copy = new Situation(other, known, new Tale(false));
    copy.storeMayBeDamaged = storeMayBeDamaged;
    copy.complete = complete;
    copy.gaveUpOn = gaveUpOn;
    copy.trial = trial;
    copy.boots = boots;
    copy.numbered.addAll(numbered);
    copy.pruned.putAll(pruned);
    return copy;
  }

  void compare(Known must, Set<DeploymentId> kept, boolean reported) throws Ended {
    Ended.with(observer.difference(must, kept, reported));
  }

  /** That the machine is what is known of it. */
  void compare() throws Ended {
    compare(known, known.deployments().keySet(), true);
  }
}
