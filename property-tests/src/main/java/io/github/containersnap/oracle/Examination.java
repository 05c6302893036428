package io.github.containersnap.oracle;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.Progress;
import io.github.containersnap.experiment.DeploymentExpectations;
import io.github.containersnap.experiment.DeploymentTree;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Side;
import io.github.containersnap.properties.Violation;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeReadException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** One crash state, looked at in the order of DESIGN §8: cheapest first, each question a method. */
final class Examination {
  private final Path device;
  private final DeploymentExpectations expectations;
  private final Updater updater;
  private final String newReference;
  private final FirstSight sight;
  private final boolean newerCopy;
  private final List<Violation> violations = new ArrayList<>();
  private Optional<Side> side = Optional.empty();
  private Optional<Side> afterwards = Optional.empty();
  private SortedSet<String> subvolumes = Collections.emptySortedSet();

  Examination(
      Path device,
      DeploymentExpectations expectations,
      Updater updater,
      String newReference,
      FirstSight sight,
      boolean newerCopy) {
    this.device = device;
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
    this.sight = sight;
    this.newerCopy = newerCopy;
  }

  Observation observation() {
    return new Observation(
        sight.loader(), sight.kernel(), side, afterwards, subvolumes, List.copyOf(violations));
  }

  /** What GRUB would start, read by GRUB's own driver, and whether the kernel agrees (P1, P3). */
  void bootLoader() {
    sight
        .obstacle()
        .ifPresent(
            obstacle -> violated(Property.P1, "the filesystem cannot be mounted: " + obstacle));
    List<MenuEntry> entries = MenuEntry.all(sight.loader().orElse(""));
    if (entries.isEmpty()) {
      violated(Property.P1, "the boot loader finds no menu entry in /@boot/boot.cfg");
      return;
    }
    MenuEntry entry = entries.getFirst();
    side = sideOf(entry.root());
    if (side.isEmpty()) {
      violated(
          Property.P1,
          "the boot loader would start /%s, which is neither the old nor the new deployment"
              .formatted(entry.root()));
      return;
    }
    afterwards = side;
    bootFile("kernel", entry.kernel(), entry.root());
    bootFile("initrd", entry.initrd(), entry.root());
    if (sight.obstacle().isPresent() || sight.loader().equals(sight.kernel())) {
      return;
    }
    if (newerCopy) {
      // GRUB and the kernel read two superblocks; the next commit writes both
      // (docs/decisions/0012).
      afterwards =
          MenuEntry.all(sight.kernel().orElse("")).stream()
              .findFirst()
              .flatMap(first -> sideOf(first.root()));
    } else {
      disagree(sight.loader(), sight.kernel());
    }
  }

  private void disagree(Optional<String> loaderMenu, Optional<String> kernelMenu) {
    violated(
        Property.P3,
        "the boot loader would start %s, but to the kernel the default is %s"
            .formatted(defaultIn(loaderMenu), defaultIn(kernelMenu)));
  }

  /** After recovery and its commits both beholders read the same menu (P3). */
  void oneTruth() {
    Optional<String> loaderMenu = new BootLoaderView(device).menu();
    if (newerCopy && !loaderMenu.equals(sight.kernel())) {
      disagree(loaderMenu, sight.kernel());
    }
  }

  private void bootFile(String what, String path, String root) {
    if (!path.startsWith(root + "/")) {
      violated(
          Property.P1,
          "the boot loader would start the %s /%s with the root /%s: two deployments"
              .formatted(what, path, root));
      return;
    }
    String inTree = path.substring(root.length() + 1);
    Optional<TreeEntry> expected = expectations.tree(side.orElseThrow()).sealed().get(inTree);
    try {
      String digest = new BootLoaderView(device).digest(path);
      if (expected.isEmpty() || !expected.get().contentDigest().equals(digest)) {
        violated(
            Property.P1,
            "the boot loader would start %s, whose %s /%s is not the image's"
                .formatted(side.get(), what, inTree));
      }
    } catch (CommandFailedException cannotRead) {
      // GRUB's own words repeat the whole path, twice.
      String error = cannotRead.standardError();
      violated(
          Property.P1,
          "the boot loader would start %s, whose %s /%s it cannot %s"
              .formatted(side.get(), what, inTree, error.contains("not found") ? "find" : "read"));
    }
  }

  private String defaultIn(Optional<String> menu) {
    return MenuEntry.all(menu.orElse("")).stream()
        .findFirst()
        .map(entry -> sideOf(entry.root()).map(Side::toString).orElse("/" + entry.root()))
        .orElse("missing");
  }

  private Optional<Side> sideOf(String root) {
    for (Side candidate : Side.values()) {
      if (root.equals(DeploymentLayout.fromTopLevel(expectations.id(candidate)))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * Recovery as a boot does it, twice, then everything that must have survived (P1, P4, P5, P6).
   */
  void recovery(Path top) {
    subvolumes = SystemUnderTest.subvolumes(top);
    Updater.Result recovered = recover(top);
    if (!recovered.succeeded()) {
      violated(Property.P5, "recovery fails: " + recovered.complaint());
    }
    Updater.Result again = recover(top);
    if (!again.succeeded() || !again.error().isEmpty()) {
      violated(Property.P5, "a second recovery still finds work: " + again.error().strip());
    }
    if (!CrashOracle.kernelMenu(top).equals(sight.kernel())) {
      violated(Property.P1, "recovery changed the boot menu");
    }
    side.ifPresent(booted -> requireKept(top, booted));
    requireNoLeak(top);
  }

  private Updater.Result recover(Path top) {
    return side.map(booted -> updater.recover(top, expectations.id(booted)))
        .orElseGet(() -> updater.recover(top));
  }

  private void requireKept(Path top, Side booted) {
    requireTree(Property.P1, top, booted, "the machine boots %s, in which".formatted(booted));
    if (booted == Side.NEW) {
      requireTree(Property.P4, top, Side.OLD, "the fallback is damaged:");
      List<MenuEntry> entries = MenuEntry.all(sight.loader().orElse(""));
      if (entries.size() < 2 || !sideOf(entries.get(1).root()).equals(Optional.of(Side.OLD))) {
        violated(Property.P4, "the new system has no fallback");
      }
    }
    requireData(top);
  }

  private void requireData(Path top) {
    expectations
        .data()
        .forEach(
            (name, wanted) -> {
              String directory = "/" + name.substring(1);
              if (!Files.isDirectory(top.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                violated(Property.P4, "%s was not kept: it is missing".formatted(directory));
                return;
              }
              try {
                List<TreeDifference> lost = SystemUnderTest.data(top, name).differencesFrom(wanted);
                first(lost, name.substring(1))
                    .ifPresent(
                        difference ->
                            violated(
                                Property.P4,
                                "%s was not kept: %s".formatted(directory, difference)));
              } catch (TreeReadException cannotRead) {
                violated(
                    Property.P4,
                    "%s was not kept: %s".formatted(directory, cannotRead.getMessage()));
              }
            });
  }

  private void requireTree(Property property, Path top, Side wanted, String subject) {
    requireTree(property, top, wanted, expectations.id(wanted), subject);
  }

  private void requireTree(
      Property property, Path top, Side wanted, DeploymentId id, String subject) {
    if (!Files.isDirectory(new DeploymentLayout(top).deployment(id), LinkOption.NOFOLLOW_LINKS)) {
      violated(property, "%s the root is missing".formatted(subject));
      return;
    }
    try {
      DeploymentTree found = DeploymentTree.read(top, id);
      DeploymentTree expected = expectations.tree(wanted);
      first(found.sealed().differencesFrom(expected.sealed()), "")
          .ifPresent(difference -> violated(property, subject + " " + difference));
      first(found.etc().differencesFrom(expected.etc()), "etc")
          .ifPresent(
              difference ->
                  violated(
                      property == Property.P1 ? Property.P4 : property,
                      subject + " " + difference));
      requireSealed(property, top, wanted, id, subject);
    } catch (TreeReadException cannotRead) {
      violated(
          property, "%s a file cannot be read: %s".formatted(subject, cannotRead.getMessage()));
    }
  }

  private void requireSealed(
      Property property, Path top, Side wanted, DeploymentId id, String subject) {
    Path root = new DeploymentLayout(top).deployment(id);
    if (!SystemUnderTest.isReadOnly(root)) {
      violated(property, subject + " the root is writable");
    }
    if (SystemUnderTest.isReadOnly(root.resolve("etc"))) {
      violated(property, subject + " /etc is read-only");
    }
    if (!DeploymentTree.origin(top, id).equals(Optional.of(expectations.origin(wanted)))) {
      violated(property, subject + " the record names another image or reference");
    }
  }

  private static Optional<String> first(List<TreeDifference> differences, String below) {
    if (differences.isEmpty()) {
      return Optional.empty();
    }
    TreeDifference difference = differences.getFirst();
    String path = below.isEmpty() ? difference.path() : below + "/" + difference.path();
    String wrong =
        switch (difference.what()) {
          case "missing" -> "/%s is missing".formatted(path);
          case "not expected" -> "/%s should not be there".formatted(path);
          default -> "/%s is wrong: %s".formatted(path, difference.what());
        };
    return Optional.of(
        differences.size() == 1
            ? wrong
            : wrong
                + String.format(
                    Locale.ROOT, " (and %,d more differences)", differences.size() - 1));
  }

  /** After recovery there is nothing but what may be there (P6). */
  private void requireNoLeak(Path top) {
    for (String stray : SystemUnderTest.strays(top, expectations.ownSubvolumes())) {
      violated(Property.P6, "recovery leaves /" + stray);
    }
    if (side.equals(Optional.of(Side.OLD))
        && Files.exists(new DeploymentLayout(top).deployment(expectations.id(Side.NEW)))) {
      violated(Property.P6, "recovery leaves a deployment that never became the default");
    }
  }

  /** btrfs's own check of the filesystem, not mounted (P1). */
  void filesystem() {
    FilesystemCheck.complaint(device)
        .ifPresent(
            complaint ->
                violated(Property.P1, "btrfs check finds the filesystem damaged: " + complaint));
  }

  /** The same update again gives the same system as if nothing had happened (P5, P6). */
  void updateAgain(Path top) {
    Updater.Result again = updater.update(top, newReference, Progress.NONE);
    if (!again.succeeded()) {
      violated(Property.P5, "the same update fails after recovery: " + again.complaint());
      return;
    }
    DeploymentId updated = updatedId(CrashOracle.kernelMenu(top));
    requireTree(
        Property.P5,
        top,
        Side.NEW,
        updated,
        "the same update after recovery deploys a tree in which");
    if (!defaultRoot(CrashOracle.kernelMenu(top))
        .equals(Optional.of(DeploymentLayout.fromTopLevel(updated)))) {
      violated(
          Property.P5, "the same update after recovery does not make the new system the default");
    }
    for (String stray : SystemUnderTest.strays(top, expectations.ownSubvolumes())) {
      violated(Property.P6, "the same update after recovery leaves /" + stray);
    }
    SortedSet<String> found = SystemUnderTest.deployments(top);
    Set<String> wanted = Set.of(expectations.id(Side.OLD).toString(), updated.toString());
    if (!found.equals(wanted)) {
      violated(
          found.containsAll(wanted) ? Property.P6 : Property.P4,
          "after the same update again the deployments are %s, not %s"
              .formatted(found, new TreeSet<>(wanted)));
    }
  }

  /**
   * The deployment that an update makes. Where the machine has booted the new system already and
   * will boot the old one, recovery must leave the one that runs alone, and the update makes
   * another of the same image.
   */
  private DeploymentId updatedId(Optional<String> menu) {
    DeploymentId usual = expectations.id(Side.NEW);
    if (side.equals(afterwards)) {
      return usual;
    }
    return defaultRoot(menu)
        .map(root -> root.substring(root.lastIndexOf('/') + 1))
        .filter(name -> name.startsWith(usual + "-"))
        .map(DeploymentId::parse)
        .orElse(usual);
  }

  private static Optional<String> defaultRoot(Optional<String> menu) {
    return MenuEntry.all(menu.orElse("")).stream().findFirst().map(MenuEntry::root);
  }

  private void violated(Property property, String text) {
    violations.add(new Violation(property, text));
  }
}
