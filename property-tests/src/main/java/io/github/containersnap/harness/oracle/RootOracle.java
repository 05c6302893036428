package io.github.containersnap.harness.oracle;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.oracle.reading.ContentNames;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.RootSight;
import io.github.containersnap.harness.oracle.reading.RootView;
import io.github.containersnap.harness.oracle.reading.SharedContent;
import io.github.containersnap.harness.oracle.reading.StateCopies;
import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.harness.view.ManifestTree;
import io.github.containersnap.harness.view.Tree;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Judges crash states of any updater by the root that it says boots next: asked of the filesystem
 * as a boot loader reads it, at its last commit, and as the kernel mounts it.
 */
public final class RootOracle implements StateOracle {
  private final StateCopies copies;
  private final RootExpectations expectations;
  private final Updater updater;
  private final String newReference;
  private final boolean updatesAgain;
  private final SharedContent shared;
  private final Optional<ContentNames> untouched;

  /**
   * An oracle for the states of a root that another updater has changed.
   *
   * @param updatesAgain whether the updater updates once more, after recovery
   * @param shared what the states of the log have in common
   * @param untouched names content where no walk does
   */
  public RootOracle(
      StateCopies copies,
      RootExpectations expectations,
      Updater updater,
      String newReference,
      boolean updatesAgain,
      SharedContent shared,
      Optional<ContentNames> untouched) {
    this.copies = copies;
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
    this.updatesAgain = updatesAgain;
    this.shared = shared;
    this.untouched = untouched;
  }

  @Override
  public QuickView glance(Path state) {
    return copies.of(state, loop -> firstSight(loop).quick());
  }

  private RootSight firstSight(LoopDevice loop) {
    return RootSight.of(copies.geometry().filesystem(), loop, copies.mountPoint(), updater);
  }

  @Override
  public Observation examine(Path state, Optional<FilesystemView> walked) {
    return copies.of(
        state,
        loop -> {
          RootExamination made = examination(loop, known(walked));
          made.readers();
          if (made.canBeMounted()) {
            copies.mounted(loop, made::recovery);
            made.filesystem(loop.device());
            if (updatesAgain) {
              copies.mounted(loop, made::updateAgain);
            }
          }
          return made.observation();
        });
  }

  @Override
  public SortedMap<String, TriedRepair> repairs(Path state) {
    SortedMap<String, TriedRepair> tried = new TreeMap<>();
    for (String repair : updater.repairs()) {
      tried.put(repair, copies.of(state, loop -> repaired(repair, loop)));
    }
    return tried;
  }

  private TriedRepair repaired(String repair, LoopDevice loop) {
    try (Mount mount = copies.mount(loop)) {
      Path top = mount.directory();
      Updater.Result said = updater.repair(repair, top, newReference);
      RootView after =
          RootView.mounted(
              top,
              RootSight.read(top, updater),
              copies.geometry().filesystem(),
              expectations.settings().ignores());
      Optional<Tree> booted = after.booted();
      return new TriedRepair(
          new Grading(expectations).of(booted), said.failure(), booted.flatMap(this::wrong));
    } catch (CommandFailedException cannotMount) {
      return new TriedRepair(
          Grade.UNBOOTABLE,
          Optional.of(String.valueOf(cannotMount.getMessage())),
          Optional.empty());
    }
  }

  /** How what boots differs from the system that it is nearest to. */
  private Optional<String> wrong(Tree booted) {
    Side nearest = new ExpectedRoots(expectations).nearest(booted);
    return booted
        .differenceFrom(new ManifestTree("", expectations.tree(nearest)))
        .map(what -> "of the %s system %s".formatted(nearest, what));
  }

  private Optional<SharedContent.InState> known(Optional<FilesystemView> walked) {
    return walked
        .<ContentNames>map(found -> found.data()::name)
        .or(() -> untouched)
        .map(shared::in);
  }

  private RootExamination examination(LoopDevice loop, Optional<SharedContent.InState> known) {
    return new RootExamination(
        expectations,
        updater,
        newReference,
        copies.geometry().filesystem(),
        known,
        firstSight(loop));
  }
}
