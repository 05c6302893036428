package io.github.containersnap.harness.oracle;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.RootView;
import io.github.containersnap.harness.property.Atomic;
import io.github.containersnap.harness.property.Converges;
import io.github.containersnap.harness.property.Durable;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.Judgement;
import io.github.containersnap.harness.property.Keeps;
import io.github.containersnap.harness.property.OneTruth;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * One crash state of any updater. What only container-snap promises (a fallback, no leaks, a menu)
 * its view hides, so it is not asked.
 */
final class RootExamination {
  private static final String NO_ROOT = "(no root)";

  private final ExpectedRoots expectations;
  private final Updater updater;
  private final String newReference;
  private final QuickView sight;
  private final RootView atPowerOn;
  private final String root;
  private final Set<Violation> violations = new LinkedHashSet<>();
  private Side nearest = Side.OLD;
  private Optional<Side> side = Optional.empty();
  private SortedSet<String> subvolumes = Collections.emptySortedSet();

  RootExamination(
      RootExpectations expectations, Updater updater, String newReference, QuickView sight) {
    this.expectations = new ExpectedRoots(expectations);
    this.updater = updater;
    this.newReference = newReference;
    this.sight = sight;
    this.atPowerOn = RootView.atPowerOn(sight);
    this.root = sight.loader().orElse(NO_ROOT);
  }

  Observation observation() {
    return new Observation(
        sight.loader(),
        sight.kernel(),
        side,
        side,
        subvolumes,
        List.copyOf(violations),
        side.map(it -> new Durable().judge(atPowerOn, expectations.reported(root, it)))
            .orElse(List.of()));
  }

  private void judge(SystemView view, Judgement... properties) {
    Expected expected = expectations.booting(root, nearest);
    for (Judgement property : properties) {
      violations.addAll(property.judge(view, expected));
    }
  }

  /** Whether it can be mounted, and what both readers would boot. */
  void readers() {
    judge(atPowerOn, new Atomic(), new OneTruth());
  }

  /** A boot of what the boot loader finds, with the updater's recovery in it. */
  void recovery(Path top) {
    subvolumes = MountedSystem.subvolumes(top);
    Updater.Result recovered = updater.recover(top);
    violations.addAll(
        Converges.ofRecovery(
            Optional.of(recovered.complaint()).filter(_ -> !recovered.succeeded()),
            Optional.empty()));
    RootView view = atPowerOn.recovered(top);
    Optional<Tree> found =
        view.deployments()
            .known()
            .filter(it -> it.contains(root))
            .flatMap(_ -> view.sealed(root).known());
    nearest = found.map(expectations::nearest).orElse(Side.OLD);
    Set<Violation> before = new LinkedHashSet<>(violations);
    judge(view, new Atomic());
    side =
        Optional.of(nearest).filter(_ -> violations.equals(before) && sight.loader().isPresent());
    judge(view, new Keeps());
  }

  /** The filesystem itself, not mounted any more. */
  void filesystem(Path device) {
    judge(atPowerOn.unmounted(device), new Atomic());
  }

  /** The same update again gives the same system as if nothing had happened. */
  void updateAgain(Path top) {
    Updater.Result again = updater.update(top, newReference, Progress.NONE);
    if (!again.succeeded()) {
      violations.add(Converges.ofFailure(again.complaint()));
      return;
    }
    Optional<String> next = updater.nextRoot(top);
    violations.addAll(
        new Converges()
            .judge(
                RootView.updated(top, next),
                expectations.reported(next.orElse(NO_ROOT), Side.NEW)));
  }
}
