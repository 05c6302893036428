package io.github.containersnap.oracle;

import io.github.containersnap.engine.Progress;
import io.github.containersnap.experiment.RootExpectations;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Side;
import io.github.containersnap.properties.Violation;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeReadException;
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * One crash state of any updater. What only container-snap promises (a fallback, no leaks, a menu)
 * is not asked.
 */
final class RootExamination {
  private final RootExpectations expectations;
  private final Updater updater;
  private final String newReference;
  private final FirstSight sight;
  private final List<Violation> violations = new ArrayList<>();
  private Optional<Side> side = Optional.empty();
  private SortedSet<String> subvolumes = Collections.emptySortedSet();

  RootExamination(
      RootExpectations expectations, Updater updater, String newReference, FirstSight sight) {
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
    this.sight = sight;
  }

  Observation observation() {
    return new Observation(
        sight.loader(), sight.kernel(), side, side, subvolumes, List.copyOf(violations));
  }

  /** Whether it can be mounted, and what both beholders would boot (P1, P3). */
  void beholders() {
    if (sight.obstacle().isPresent()) {
      violated(Property.P1, "the filesystem cannot be mounted: " + sight.obstacle().get());
      return;
    }
    if (sight.loader().isEmpty()) {
      violated(Property.P1, "the boot loader finds no root to boot");
    }
    if (!sight.loader().equals(sight.kernel())) {
      violated(
          Property.P3,
          "the boot loader would boot %s, but to the kernel the next root is %s"
              .formatted(
                  sight.loader().map(path -> "/" + path).orElse("nothing"),
                  sight.kernel().map(path -> "/" + path).orElse("none")));
    }
  }

  /** A boot of what the boot loader finds, with the updater's recovery in it (P1, P4, P5). */
  void recovery(Path top) {
    subvolumes = SystemUnderTest.subvolumes(top);
    Updater.Result recovered = updater.recover(top);
    if (!recovered.succeeded()) {
      violated(Property.P5, "recovery fails: " + recovered.complaint());
    }
    sight.loader().ifPresent(root -> booted(top, root));
    SystemUnderTest.var(top).differencesFrom(expectations.var()).stream()
        .findFirst()
        .ifPresent(
            difference -> violated(Property.P4, "/var was not kept: var/experiment" + difference));
  }

  private void booted(Path top, String root) {
    if (!Files.isDirectory(top.resolve(root), LinkOption.NOFOLLOW_LINKS)) {
      violated(Property.P1, "the root that boots, /%s, is missing".formatted(root));
      return;
    }
    try {
      TreeManifest found = TreeScan.of(top.resolve(root));
      for (Side candidate : Side.values()) {
        if (found.equals(expectations.tree(candidate))) {
          side = Optional.of(candidate);
          return;
        }
      }
      violated(
          Property.P1, "the machine boots neither the old nor the new system: " + nearest(found));
    } catch (TreeReadException damaged) {
      violated(Property.P1, "the root that boots cannot be read: " + damaged.getMessage());
    }
  }

  private String nearest(TreeManifest found) {
    List<TreeDifference> fromOld = found.differencesFrom(expectations.oldTree());
    List<TreeDifference> fromNew = found.differencesFrom(expectations.newTree());
    boolean nearNew = fromNew.size() < fromOld.size();
    List<TreeDifference> differences = nearNew ? fromNew : fromOld;
    return "it differs from %s in %,d %s, first %s"
        .formatted(
            nearNew ? Side.NEW : Side.OLD,
            differences.size(),
            differences.size() == 1 ? "place" : "places",
            differences.getFirst());
  }

  /** btrfs's own check of the filesystem, not mounted (P1). */
  void filesystem(Path device) {
    FilesystemCheck.complaint(device)
        .ifPresent(
            complaint ->
                violated(Property.P1, "btrfs check finds the filesystem damaged: " + complaint));
  }

  /** The same update again gives the same system as if nothing had happened (P5). */
  void updateAgain(Path top) {
    Updater.Result again = updater.update(top, newReference, Progress.NONE);
    if (!again.succeeded()) {
      violated(Property.P5, "the same update fails after recovery: " + again.complaint());
      return;
    }
    Optional<String> root = updater.nextRoot(top);
    if (root.isEmpty()) {
      violated(Property.P5, "after the same update again nothing boots");
      return;
    }
    try {
      TreeScan.of(top.resolve(root.get())).differencesFrom(expectations.newTree()).stream()
          .findFirst()
          .ifPresent(
              difference ->
                  violated(
                      Property.P5,
                      "the same update after recovery gives a system in which " + difference));
    } catch (TreeReadException damaged) {
      violated(
          Property.P5,
          "the same update after recovery gives a system that cannot be read: "
              + damaged.getMessage());
    }
  }

  private void violated(Property property, String text) {
    violations.add(new Violation(property, text));
  }
}
