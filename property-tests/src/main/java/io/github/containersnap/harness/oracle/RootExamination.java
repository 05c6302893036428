package io.github.containersnap.harness.oracle;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.RootSight;
import io.github.containersnap.harness.oracle.reading.RootView;
import io.github.containersnap.harness.oracle.reading.SharedContent;
import io.github.containersnap.harness.property.Atomic;
import io.github.containersnap.harness.property.Converges;
import io.github.containersnap.harness.property.Durable;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.property.GradedBoot;
import io.github.containersnap.harness.property.Judgement;
import io.github.containersnap.harness.property.Keeps;
import io.github.containersnap.harness.property.OneTruth;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.updater.BootContent;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.loopback.disk.Filesystem;
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
  private final Grading grading;
  private final Updater updater;
  private final String newReference;
  private final Filesystem filesystem;
  private final Optional<SharedContent.InState> shared;
  private final RootSight sight;
  private final RootView atPowerOn;
  private final String root;
  private final Set<Violation> violations = new LinkedHashSet<>();
  private Side nearest = Side.OLD;
  private Optional<Side> side = Optional.empty();
  private SortedSet<String> subvolumes = Collections.emptySortedSet();
  private Grade gradeAtPowerOn = Grade.UNBOOTABLE;
  private Grade settled = Grade.UNBOOTABLE;

  RootExamination(
      RootExpectations expectations,
      Updater updater,
      String newReference,
      Filesystem filesystem,
      Optional<SharedContent.InState> shared,
      RootSight sight) {
    this.expectations = new ExpectedRoots(expectations);
    this.grading = new Grading(expectations);
    this.updater = updater;
    this.newReference = newReference;
    this.filesystem = filesystem;
    this.shared = shared;
    this.sight = sight;
    this.atPowerOn = RootView.atPowerOn(sight, filesystem, expectations.settings().ignores());
    this.root = rootOf(sight.loader());
  }

  private static String rootOf(Optional<BootContent> content) {
    return content.map(it -> it.boot().root()).orElse(NO_ROOT);
  }

  Observation observation() {
    QuickView quick = sight.quick();
    return new Observation(
        quick.loader(),
        quick.kernel(),
        side,
        side,
        subvolumes,
        List.copyOf(violations),
        side.map(it -> new Durable().judge(atPowerOn, expectations.reported(root, it)))
            .orElse(List.of()),
        Optional.of(new GradedBoot(gradeAtPowerOn, settled, Collections.emptySortedMap())));
  }

  private void judge(SystemView view, Judgement... properties) {
    Expected expected = expectations.booting(root, nearest);
    for (Judgement property : properties) {
      violations.addAll(property.judge(view, expected));
    }
  }

  boolean canBeMounted() {
    return sight.obstacle().isEmpty();
  }

  /** Whether it can be mounted, and what both readers would boot. */
  void readers() {
    judge(atPowerOn, new Atomic(), new OneTruth());
  }

  /** A boot of what the boot loader finds, with what it settles by itself. */
  void recovery(Path top) {
    if (filesystem.isBtrfs()) {
      subvolumes = MountedSystem.subvolumes(top);
    }
    RootView view = atPowerOn.mounted(top, shared);
    gradeAtPowerOn = grading.of(view.booted());
    settled = gradeAtPowerOn;
    if (updater.recovers()) {
      Updater.Result recovered = updater.recover(top);
      violations.addAll(
          Converges.ofRecovery(
              Optional.of(recovered.complaint()).filter(_ -> !recovered.succeeded()),
              Optional.empty()));
      view = atPowerOn.recovered(top);
      settled = grading.of(view.booted());
    }
    nearest = view.booted().map(expectations::nearest).orElse(Side.OLD);
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
    Optional<BootContent> next = RootSight.read(top, updater);
    RootView updated = atPowerOn.updated(top, next);
    violations.addAll(
        grading.of(updated.booted()) == Grade.OLD
            ? List.of(Converges.ofNothingDone())
            : new Converges().judge(updated, expectations.reported(rootOf(next), Side.NEW)));
  }
}
